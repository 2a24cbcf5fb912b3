@catalog @consistency
Feature: However many services there are, one of them updates the catalog at a time
  Several services share one catalog. Whoever updates it holds a lock for as long as its lease is renewed. Each
  version of the catalog has a price of its own, so the price proves who wrote last.

  Background:
    Given the provider sells 5,000 bundles, all at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  @CAT-CONC-1 @blocker
  Rule: Of all who are told to update at the same moment, exactly one does it

    Scenario Outline: <number> services are told to update at the same moment
      Given the provider sells 20,000 bundles, all at 19.00 EUR
      And <number> catalog services run
      When all of them are told at once to update the catalog
      Then exactly one update completed
      And all others say that an update is running already
      And nothing was asked of the provider twice
      And within 5 seconds each of them shows its bundles at 19.00 EUR

      Examples:
        | number |
        | 2      |
        | 3      |

  @CAT-SYNC-1 @critical
  Rule: Whoever asks for an update gets one that began no sooner

    Scenario: News comes while an update is running
      Given the service waits up to 5 seconds for the provider
      And the provider sells 400 bundles, all at 19.00 EUR
      And an update is running, and the provider's answer is on its way
      And the provider sells 400 bundles, all at 20.00 EUR
      When the catalog is updated
      Then the update reports the provider as its source
      And the saved copy and the database hold 400 bundles, all at 20.00 EUR

  @CAT-SYNC-1 @critical @recovery
  Rule: A service that dies does not keep the lock

    Scenario: The service that holds the lock is killed
      Given a second catalog service runs with long time-outs
      And the second catalog service is killed while it is fetching an update
      When an update is refused because another is running
      Then within 5 seconds an update completes
      And the saved copy and the database hold 5,000 bundles, all at 19.00 EUR

  @CAT-SYNC-1 @blocker
  Rule: A service that overslept its lease writes nothing

    Scenario: It freezes with the provider's answer on its way, and wakes up after another has updated the catalog
      Given a second catalog service runs with long time-outs
      And the second catalog service freezes while it is fetching an update
      And the provider sells 5,000 bundles, all at 20.00 EUR
      When within 5 seconds an update completes
      And the second catalog service recovers
      Then its own update was refused, because another had taken over
      And the saved copy and the database hold 5,000 bundles, all at 20.00 EUR

    Scenario: It freezes while it stores its update, and others do not have to wait for it
      Given a second catalog service runs
      And the second catalog service freezes while it is storing an update
      And the provider sells 5,000 bundles, all at 20.00 EUR
      When within 5 seconds an update completes
      And the second catalog service recovers
      Then its own update stored nothing new
      And the saved copy and the database hold 5,000 bundles, all at 20.00 EUR

  @CAT-SYNC-1 @blocker
  Rule: Nobody but its holder gives the lock back

    Scenario: A service wakes up when the lock belongs to another
      Given a second catalog service runs
      And another catalog service runs with long time-outs
      And the second catalog service freezes while it is storing an update
      When the other catalog service has taken the lock and is fetching an update
      And the second catalog service recovers
      And the interrupted update ends
      Then an update is refused because another is running
