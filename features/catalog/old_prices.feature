@catalog
Feature: Old prices bridge the time until fresh ones are there
  The saved copy lives for 30 days. Past that it may still be shown for 7 days, with a word that its
  prices are out of date; after that it is shown to nobody, whoever may have kept it.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @CAT-CACHE-1 @critical
  Rule: Shoppers are told when prices are older than 30 days

    Scenario: Within its life the saved copy speaks for itself
      Given the saved copy, 29 days old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the answer does not say that the prices are out of date

    Scenario Outline: The saved copy is <age> old
      Given the saved copy, <age> old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the answer names the saved copy, <age> old, as the source of the prices
      And the answer says that the prices are out of date

      Examples: Past its life, and still within 7 days more
        | age     |
        | 31 days |
        | 36 days |

  @CAT-CACHE-1 @blocker
  Rule: Prices older than 37 days are shown to nobody

    Scenario: The saved copy is still there after 38 days
      Given the saved copy, 38 days old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 21.00 EUR
      And the answer names the backup as the source of the prices

    Scenario: There is nothing but a saved copy of 38 days
      Given the saved copy, 38 days old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider and the backup are down
      When a shopper opens the catalog
      Then the shopper is asked to come back shortly

    Scenario: What the service keeps in mind ends with the same hour
      Given the saved copy, 3 seconds short of 37 days old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      Then within 8 seconds shoppers see "Europe 5 GB" at 21.00 EUR instead

  @CAT-CACHE-1 @critical @recovery
  Rule: One update runs in the background while the old prices serve

    Background:
      Given the service waits up to 5 seconds for the provider
      And the saved copy, 31 days old, quotes "Europe 5 GB" at 18.00 EUR

    Scenario: A crowd comes to a service that has just been started
      Given the provider takes 1.5 seconds to answer
      When 50 shoppers open the catalog at once
      Then every answer says that the prices are out of date
      And every shopper waited no longer than 2 seconds
      And within 8 seconds shoppers see "Europe 5 GB" at 19.00 EUR again
      And the provider was asked for its catalog exactly once

    Scenario: A crowd comes when a long outage has just ended
      Given the provider is down
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the provider recovers and from then on takes 1.5 seconds to answer
      And 20 shoppers keep opening the catalog for 1 second
      Then every answer says that the prices are out of date
      And within 8 seconds shoppers see "Europe 5 GB" at 19.00 EUR again
      And the provider was asked for its catalog exactly once
