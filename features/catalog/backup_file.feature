@catalog @CAT-SYNC-3
Feature: Operators can rely on the backup, or learn at once that it is unusable
  The backup is what shoppers see when every other source has failed, so it may go unread for months. When the backup
  cannot be read or renewed, the service reports it at once, and the previous backup stays unchanged.

  Background:
    Given the provider sells 400 bundles, all at 19.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @critical
  Rule: An unusable backup is never served, and the error log gives the reason

    Background:
      Given the provider and the saved copy are down

    Scenario Outline: The backup <fault>
      Given the backup <fault>
      When a shopper opens the catalog
      Then the shopper is asked to come back shortly, and the answer reveals nothing internal
      And the error log gives a reason for the failed backup
      And the status page shows the backup as "down"

      Examples: What can happen to a file
        | fault                         |
        | has lost its data             |
        | is replaced by a folder       |
        | holds only half of its data   |
        | holds damaged data            |
        | holds data of the wrong types |

    Scenario: A repaired backup serves again without intervention
      Given the backup is replaced by a folder
      And a shopper has been asked to come back shortly
      When the backup recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 21.00 EUR instead

  @critical
  Rule: An update renews the backup, and every reader sees a complete version

    Scenario: The backup follows the provider
      Given the service renews the backup
      When the catalog is updated
      Then within 2 seconds the backup holds 400 bundles, all at 19.00 EUR

    Scenario: Two services renew the backup at the same time
      Given two catalog services run and renew the backup
      And an update has renewed the backup within 2 seconds to 400 bundles, all at 19.00 EUR
      When both services update the catalog 10 times each while the provider raises its prices and the backup is read
      Then readers of the backup saw at least 5 versions, each complete and none older than the one before

  @blocker @needs.mount
  Rule: When the disk is full, the previous backup stays complete

    Background:
      Given the service renews the backup
      And the backup is on a full disk

    Scenario: There is no room for the new backup
      When the catalog is updated
      Then the update reports the provider as its source
      And the error log gives a reason for the failed backup
      And the backup still holds "Europe 5 GB" at 21.00 EUR
      And the status page shows the backup as "read_only"

    Scenario: The previous backup still serves when everything else fails
      Given the catalog has been updated
      And the provider and the saved copy are down
      When the catalog service is killed and started again
      Then within 5 seconds shoppers see "Europe 5 GB" at 21.00 EUR instead

    @recovery
    Scenario: Once the disk has room, the next update renews the backup
      Given the catalog has been updated, and the status page has shown the backup as "read_only"
      When the backup recovers
      And the catalog is updated
      Then within 2 seconds the backup holds 400 bundles, all at 19.00 EUR
      And within 2 seconds the status page shows the backup as "up"
