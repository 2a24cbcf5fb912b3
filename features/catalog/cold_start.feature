@catalog @consistency @CAT-CONC-3 @critical
Feature: A shop that has just been opened takes a crowd, and fetches its goods once
  A service that has just started has nothing at hand. Whoever comes first causes the catalog to be loaded; all others wait
  for the same load. Loads are counted where they arrive: at the provider, and at the store of the saved copy.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR

  Rule: The provider is asked once, however many come

    Scenario: A crowd comes, and nothing is saved anywhere
      Given a second catalog service runs, which waits as long as it takes
      And the provider takes 0.2 seconds to answer
      When 50 shoppers open the catalog of the second service at once
      Then every shopper sees "Europe 5 GB" at 19.00 EUR
      And the provider was asked for its catalog exactly once
      And the provider was asked for "Standard Fixed" exactly once

    Scenario: Crowds come to two services that have just started
      Given 2 catalog services run
      And the provider takes 0.1 seconds to answer
      When 25 shoppers open the catalog of each service at once
      Then every shopper sees "Europe 5 GB" at 19.00 EUR
      And the provider was asked for its catalog exactly once
      And the provider was asked for "Standard Fixed" exactly once

  Rule: The saved copy is read once, however many come

    Scenario: A crowd comes, and the saved copy is fresh
      Given a second catalog service runs, which waits as long as it takes
      And the saved copy, 10 seconds old, quotes "Europe 5 GB" at 18.00 EUR
      And the saved copy takes 0.2 seconds to answer
      When 50 shoppers open the catalog of the second service at once
      Then every shopper sees "Europe 5 GB" at 18.00 EUR
      And the saved copy was read exactly once
      And the provider received no request
