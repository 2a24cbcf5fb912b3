@catalog @consistency @CAT-SYNC-4
Feature: Shoppers keep a complete catalog when the database fails in the middle of an update
  An update is stored completely or not at all. Each version of the catalog has its own price, so a mixture of two
  versions would show two prices.

  Background:
    Given the provider sells 10,000 bundles, all at 19.00 EUR
    And the catalog has been updated
    And the provider sells 10,000 bundles, all at 20.00 EUR

  @blocker @recovery
  Rule: The previous version stays complete, and the next update completes

    Scenario Outline: The database <fault> while an update is being stored
      Given the database <fault> while an update is being stored
      When the interrupted update ends
      Then the update stored nothing new, and shoppers see all bundles at 19.00 EUR
      When the database recovers
      Then the saved copy and the database hold 10,000 bundles, all at 19.00 EUR, and within 5 seconds an update sets all to 20.00 EUR

      Examples: Ways of losing a database
        | fault     |
        | is killed |
        | freezes   |
        | is down   |

  @blocker
  Rule: No confirmed update is lost, whichever part is killed afterwards

    Scenario: The database and a service are killed while updates follow one another
      Given a second catalog service runs
      When updates follow one another, and the database, then the second catalog service are killed in the middle of one
      Then updates were confirmed, refused and left with an unknown outcome, at least 1 of each
      And no confirmed update is lost
