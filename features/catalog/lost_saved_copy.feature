@catalog @recovery @CAT-CACHE-3
Feature: Shoppers are served from memory while the saved copy is unavailable
  The service keeps the last catalog that it served in memory. When it loses the saved copy, it serves
  from memory, keeps retrying, and brings the saved copy up to date as soon as the saved copy recovers.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @critical
  Rule: Shoppers are served from memory at once while the saved copy is unavailable

    Scenario Outline: The saved copy <fault>
      Given the catalog has been updated, and the saved copy <fault>
      And the provider is down
      When the catalog is updated
      And 20 shoppers open the catalog at once
      Then every shopper sees "Europe 5 GB" at 19.00 EUR within 1 second

      Examples: Ways of losing a store
        | fault         |
        | is down       |
        | never answers |
        | is killed     |
        | freezes       |

    Scenario: The answers give the true age of the prices in memory
      Given the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down, and a shopper has seen "Europe 5 GB" at 18.00 EUR
      And the saved copy never answers
      When 5 shoppers keep opening the catalog for 1 second
      Then every shopper sees "Europe 5 GB" at 18.00 EUR, with an age that grows as time passes

  @critical
  Rule: The service stores an update in the saved copy as soon as the saved copy recovers

    Scenario Outline: The saved copy <fault> during an update
      Given the catalog has been updated, and the saved copy <fault>
      And the provider quotes "Europe 5 GB" at 17.00 EUR
      And an update has reported the provider as its source
      When the saved copy recovers
      Then within 5 seconds the saved copy holds "Europe 5 GB" at 17.00 EUR

      Examples: Ways of losing a store
        | fault         |
        | is down       |
        | never answers |
        | is killed     |
        | freezes       |

    Scenario: The service keeps retrying
      Given the saved copy never answers
      When the catalog is updated
      Then within 5 seconds the service has tried to reach the saved copy 3 more times

  @critical
  Rule: A recovered saved copy serves again

    Scenario: Another service serves the delayed update from the saved copy
      Given the saved copy never answers
      And the catalog has been updated, and the provider is down
      When the saved copy recovers
      Then within 5 seconds the saved copy holds "Europe 5 GB" at 19.00 EUR, and expires after 37 days
      And a newly started catalog service shows "Europe 5 GB" at 19.00 EUR

    Scenario: An empty saved copy is filled from memory while the provider is down
      Given the service checks for new prices every 0.5 seconds
      And the catalog has been updated
      And the provider is down
      When the saved copy is killed and started again
      Then within 5 seconds of visits the saved copy holds "Europe 5 GB" at 19.00 EUR, and expires after 37 days
