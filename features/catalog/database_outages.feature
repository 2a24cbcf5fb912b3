@catalog @consistency @CAT-SYNC-4
Feature: A database that fails in the middle of an update costs us the update, never the catalog
  An update is stored whole or not at all. Each version of the catalog has a price of its own, so that a mixture of
  two versions would show.

  Background:
    Given the provider sells 10,000 bundles, all at 19.00 EUR
    And the catalog has been updated
    And the provider sells 10,000 bundles, all at 20.00 EUR

  @blocker @recovery
  Rule: The previous catalog stays whole, and the next update takes place

    Scenario Outline: The database <trouble> while an update is being stored
      Given the database <trouble> while an update is being stored
      When the interrupted update ends
      Then the update brought nothing new
      And shoppers see all bundles at 19.00 EUR
      And once the database has recovered, it and the saved copy hold 10,000 bundles, all at 19.00 EUR
      And within 5 seconds an update completes
      And the saved copy and the database hold 10,000 bundles, all at 20.00 EUR

      Examples: Ways of losing a database
        | trouble   |
        | is killed |
        | freezes   |
        | is down   |

  @blocker
  Rule: What was confirmed is kept, whatever dies afterwards

    Scenario: Updates follow one another while a database and a service are killed
      Given a second catalog service runs
      When updates follow one another, and the database, then the second catalog service are killed in the middle of one
      Then updates were confirmed, refused and left with an unknown outcome, at least 1 of each
      And no confirmed update is lost
