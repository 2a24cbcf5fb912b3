@catalog @CAT-SYNC-3
Feature: The backup is whole, or it is known not to be
  The backup is what shoppers see when everything else has failed, so nobody looks at it for months. When it
  cannot be read, or cannot be renewed, we say so at once, and what was good in it stays as it was.

  Background:
    Given the provider sells 400 bundles, all at 19.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @critical
  Rule: A backup that cannot be used is no source, and operators are told why

    Scenario Outline: The backup <trouble>
      Given the provider and the saved copy are down
      And the backup <trouble>
      When a shopper opens the catalog
      Then the shopper is asked to come back shortly
      And the answer reveals nothing internal
      And the error log says of the backup: "<reason>"
      And the status page calls the backup "down"

      Examples: What can befall a file
        | trouble                       | reason                    |
        | has lost its data             | No such file or directory |
        | has a folder in its place     | Is a directory            |
        | holds only half of its data   | damaged                   |
        | holds damaged data            | damaged                   |
        | holds data of the wrong types | damaged                   |

    Scenario: A backup that was mended serves again, with nobody's help
      Given the provider and the saved copy are down
      And the backup has a folder in its place
      And a shopper has been asked to come back shortly
      When the backup recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 21.00 EUR instead

  @critical
  Rule: An update renews the backup, and whoever reads it meets a whole one

    Scenario: The backup follows the provider
      Given the service renews the backup
      When the catalog is updated
      Then within 2 seconds the backup holds 400 bundles, all at 19.00 EUR

    Scenario: Two services renew it side by side
      Given the service renews the backup
      And a second catalog service runs, which renews the backup too
      And the catalog has been updated
      And within 2 seconds the backup holds 400 bundles, all at 19.00 EUR
      When they update the catalog 10 times each, while the provider raises its prices and the backup is read
      Then those who read the backup meanwhile met at least 5 versions, and each was whole
      And nobody met an older version after a newer one

  @blocker @needs.mount
  Rule: On a full disk the old backup stays whole

    Scenario: There is no room for the new backup
      Given the service renews the backup
      And the backup has no room left on its disk
      When the catalog is updated
      Then the update says that its bundles come from the provider
      And the error log says of the backup: "No space left on device"
      And the backup still holds "Europe 5 GB" at 21.00 EUR
      And the status page calls the backup "read_only"

    Scenario: The old backup still serves when everything else fails
      Given the service renews the backup
      And the backup has no room left on its disk
      And the catalog has been updated
      And the provider and the saved copy are down
      When the catalog service is killed and started again
      Then within 5 seconds shoppers see "Europe 5 GB" at 21.00 EUR instead

    @recovery
    Scenario: Once there is room, the next update renews it
      Given the service renews the backup
      And the backup has no room left on its disk
      And the catalog has been updated
      When the backup recovers
      And the catalog is updated
      Then within 2 seconds the backup holds 400 bundles, all at 19.00 EUR
      And within 2 seconds the status page calls the backup "up"
