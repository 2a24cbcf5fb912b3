@catalog @recovery @CAT-CACHE-3
Feature: When the saved copy cannot be reached, memory bridges the gap
  The service keeps in memory what it last served. When it loses the saved copy it goes on from
  memory, keeps trying, and brings the saved copy up to date as soon as that is back.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @critical
  Rule: Shoppers are served from memory, at once and for as long as it takes

    Scenario Outline: The saved copy <trouble>
      Given the catalog has been updated
      And the saved copy <trouble>
      And the provider is down
      When the catalog is updated
      And 20 shoppers open the catalog at once
      Then every shopper sees "Europe 5 GB" at 19.00 EUR
      And every shopper waited no longer than 1 second

      Examples: Ways of losing a store
        | trouble       |
        | is down       |
        | never answers |
        | is killed     |
        | freezes       |

    Scenario: The age of what is in memory is told truly
      Given the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      And the saved copy never answers
      When 5 shoppers keep opening the catalog for 1 second
      Then every shopper sees "Europe 5 GB" at 18.00 EUR
      And the age of the prices in the answers grows as time passes

  @critical
  Rule: An update meanwhile reaches the saved copy as soon as that is back

    Scenario Outline: The saved copy <trouble> during an update
      Given the catalog has been updated
      And the saved copy <trouble>
      And the provider quotes "Europe 5 GB" at 17.00 EUR
      When the catalog is updated
      Then the update reports the provider as its source
      And when the saved copy recovers, within 5 seconds the saved copy holds "Europe 5 GB" at 17.00 EUR

      Examples: Ways of losing a store
        | trouble       |
        | is down       |
        | never answers |
        | is killed     |
        | freezes       |

    Scenario: The service keeps trying
      Given the saved copy never answers
      When the catalog is updated
      Then within 5 seconds the service has tried to reach the saved copy 3 more times

  @critical
  Rule: Once it is back, the saved copy serves again

    Scenario: What was written late serves another service
      Given the saved copy never answers
      And the catalog has been updated
      And the provider is down
      When the saved copy recovers
      Then within 5 seconds the saved copy holds "Europe 5 GB" at 19.00 EUR
      And another catalog service, started now, shows "Europe 5 GB" at 19.00 EUR

    Scenario: A saved copy that comes back empty is filled from memory, also while the provider is down
      Given the service checks for new prices every 0.5 seconds
      And the catalog has been updated
      And the provider is down
      When the saved copy is killed and started again
      Then within 5 seconds of visits the saved copy holds "Europe 5 GB" at 19.00 EUR
