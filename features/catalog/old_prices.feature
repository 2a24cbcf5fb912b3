@catalog
Feature: Shoppers can buy at older prices until fresh prices arrive, and are warned when prices are out of date
  The saved copy is valid for 30 days. For 7 more days it may be shown with a warning that its prices
  are out of date; after that it is never shown, even if it is still stored or in memory.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @CAT-CACHE-1 @critical
  Rule: Shoppers are warned when prices are older than 30 days

    Scenario: The saved copy is 29 days old and still valid
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
      And the answer names the saved copy, <age> old, as its source and says that the prices are out of date

      Examples: Older than 30 days, but not older than 37 days
        | age     |
        | 31 days |
        | 36 days |

  @CAT-CACHE-1 @blocker
  Rule: Prices older than 37 days are never shown

    Scenario: The saved copy is still stored after 38 days
      Given the saved copy, 38 days old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 21.00 EUR
      And the answer names the backup as the source of the prices

    Scenario: A saved copy of 38 days is the only source left
      Given the saved copy, 38 days old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider and the backup are down
      When a shopper opens the catalog
      Then the shopper is asked to come back shortly

    Scenario: Prices held in memory expire after 37 days too
      Given the saved copy, 3 seconds short of 37 days old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down, and a shopper has seen "Europe 5 GB" at 18.00 EUR
      Then within 8 seconds shoppers see "Europe 5 GB" at 21.00 EUR instead

  @CAT-CACHE-1 @critical @recovery
  Rule: Exactly one update runs in the background while old prices are shown

    Background:
      Given the service waits up to 5 seconds for the provider
      And the saved copy, 31 days old, quotes "Europe 5 GB" at 18.00 EUR

    Scenario: A crowd comes to a service that has just started
      Given the provider takes 1.5 seconds to answer
      When 50 shoppers open the catalog at once
      Then every answer says that the prices are out of date
      And every shopper waited no longer than 2 seconds
      And within 8 seconds shoppers see "Europe 5 GB" at 19.00 EUR again, after exactly one request for the catalog

    Scenario: A crowd comes when a long outage has just ended
      Given the provider is down, and a shopper has seen "Europe 5 GB" at 18.00 EUR
      And an update has stored nothing new
      When the provider recovers and from then on takes 1.5 seconds to answer
      And 20 shoppers keep opening the catalog for 1 second
      Then every answer says that the prices are out of date
      And within 8 seconds shoppers see "Europe 5 GB" at 19.00 EUR again, after exactly one request for the catalog
