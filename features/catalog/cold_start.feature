@catalog @consistency @CAT-CONC-3 @critical
Feature: A crowd of shoppers is served by a service that has just started, with one request to each source
  A service that has just started has nothing in memory. The first shopper causes the catalog to be loaded; all others wait
  for the same load. Loads are counted where they arrive: at the provider, and at the store of the saved copy.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR

  Rule: The provider is asked once, however many shoppers come

    Scenario: A crowd comes while no copy is stored
      Given a second catalog service runs with long time-outs
      And the provider takes 0.2 seconds to answer
      When 50 shoppers open the catalog of the second service at once
      Then every shopper sees "Europe 5 GB" at 19.00 EUR
      And the provider was asked for its catalog and for "Standard Fixed" exactly once each

    Scenario: Crowds come to two services that have just started
      Given 2 catalog services run with long time-outs
      And the provider takes 0.1 seconds to answer
      When 25 shoppers open the catalog of each service at once
      Then every shopper sees "Europe 5 GB" at 19.00 EUR
      And the provider was asked for its catalog and for "Standard Fixed" exactly once each

  Rule: The saved copy is read once, however many shoppers come

    Background:
      Given a second catalog service runs with long time-outs

    Scenario: A crowd comes while the saved copy is fresh
      Given the saved copy, 10 seconds old, quotes "Europe 5 GB" at 18.00 EUR
      And the saved copy takes 0.2 seconds to answer
      When 50 shoppers open the catalog of the second service at once
      Then every shopper sees "Europe 5 GB" at 18.00 EUR
      And the saved copy was read exactly once, and the provider received no request
