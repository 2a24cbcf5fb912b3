@catalog @consistency
Feature: Operators can run any number of services, and only one at a time updates the catalog
  Several services share one catalog. The service that updates it holds a lock for as long as it renews its lease. Each
  version of the catalog has its own price, so the price proves which service wrote last.

  Background:
    Given the provider sells 5,000 bundles, all at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  @CAT-CONC-1 @blocker
  Rule: When several services are asked to update at the same moment, exactly one does

    Background:
      Given the provider sells 20,000 bundles, all at 19.00 EUR

    Scenario Outline: <number> services are asked to update at the same moment
      Given <number> catalog services run
      When all catalog services are asked to update the catalog at once
      Then exactly one update completed, and all others report that an update is already running
      And the provider received no request twice
      And within 5 seconds each catalog service shows its bundles at 19.00 EUR

      Examples:
        | number |
        | 2      |
        | 3      |

  @CAT-SYNC-1 @critical
  Rule: An operator who requests an update gets one that began after the request

    Background:
      Given the service waits up to 5 seconds for the provider
      And the provider sells 400 bundles, all at 19.00 EUR

    Scenario: Prices change while an update is running
      Given an update is running, and the provider's answer is on its way
      And the provider sells 400 bundles, all at 20.00 EUR
      When the catalog is updated
      Then the update reports the provider as its source
      And the saved copy and the database hold 400 bundles, all at 20.00 EUR

  @CAT-SYNC-1 @critical @recovery
  Rule: The lock of a killed service becomes free

    Scenario: The service that holds the lock is killed
      Given a second catalog service runs with long time-outs
      And the second catalog service is killed while it is fetching an update
      When an update is refused because another is running
      Then within 5 seconds an update completes, and the saved copy and the database hold 5,000 bundles, all at 19.00 EUR

  @CAT-SYNC-1 @critical
  Rule: A service keeps the lock for as long as its update takes

    Background:
      Given the provider sells 400 bundles, all at 19.00 EUR

    Scenario: An update takes longer than the lease
      Given a second catalog service runs with long time-outs and a lease of 1 second
      And the provider takes 0.9 seconds to answer
      When the second catalog service begins an update
      Then for 1.3 seconds each other update is refused because another is running
      And the update of the second catalog service completes

  @CAT-SYNC-1 @critical
  Rule: An update has a higher number than all before, by which the stores tell one that comes too late

    Background:
      Given the provider sells 400 bundles, all at 19.00 EUR

    Scenario: The saved copy has lost its data, the last number too
      Given the catalog has been updated, and since then the saved copy has lost its data
      When the catalog is updated
      Then the saved copy and the database hold a higher number than that of the update before

    Scenario: The clock from which the numbers come has been set back
      Given the clock of the saved copy has been set back by 1 hour since the last update
      When the catalog is updated
      Then the saved copy and the database hold a higher number than that of the update before

  @CAT-SYNC-1 @blocker
  Rule: A service whose lease has expired writes nothing

    Scenario: A service freezes while it fetches an update, and resumes after another service has updated the catalog
      Given a second catalog service with long time-outs freezes while it is fetching an update
      And the provider sells 5,000 bundles, all at 20.00 EUR
      When an update completes within 5 seconds, and then the second catalog service recovers
      Then the update of the second catalog service was refused because another had taken over
      And the saved copy and the database hold 5,000 bundles, all at 20.00 EUR

    Scenario: A service freezes while it stores its update, and other services update without waiting for it
      Given a second catalog service freezes while it is storing an update
      And the provider sells 5,000 bundles, all at 20.00 EUR
      When updates are tried for up to 5 seconds until one completes, and then the second catalog service recovers
      Then an update completed, and that of the second catalog service stored nothing new
      And the saved copy and the database hold 5,000 bundles, all at 20.00 EUR

  @CAT-SYNC-1 @blocker
  Rule: Only the holder of the lock releases it

    Background:
      Given the provider sells 10,000 bundles, all at 19.00 EUR
      And a second catalog service runs
      And another catalog service runs with long time-outs

    Scenario: A service resumes while another service holds the lock
      Given the second catalog service freezes while it is storing an update
      And the other catalog service has taken the lock and is fetching an update
      When the second catalog service recovers
      And the interrupted update ends
      Then an update is refused because another is running
