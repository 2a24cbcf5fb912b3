@catalog @chaos @random @CAT-CHAOS-1
Feature: Shoppers are served while parts fail at random, one by one or several at once
  Faults, their moments and their durations are drawn from the seed that is printed with the verdict; the same seed draws
  the same faults again. Several faults may be in force at once. Shoppers open the catalog throughout. Each version of the
  catalog has its own price, and an update brings the next version.

  Background:
    Given a second catalog service runs
    And the backup quotes "Europe 5 GB" at 21.00 EUR
    And the system is in its steady state
    And 6 shoppers keep opening the catalog, and try the other service when one does not answer

  @blocker @recovery
  Rule: Shoppers are served during random faults, and the steady state returns afterwards

    Scenario: Only the provider fails
      When the provider fails at random for 5 seconds, while updates follow one another
      Then within 15 seconds the system is in its steady state again
      And at least 200 visits were answered, each within 2 seconds
      And each answer showed one version of the catalog
      And no confirmed update is lost

    Scenario: The provider, the services and the stores fail
      When the provider, the services and the stores fail at random for 7 seconds, while updates follow one another
      Then within 15 seconds the system is in its steady state again
      And at least 200 visits were answered, each within 3 seconds
      And each answer showed one version of the catalog, or asked to come back shortly because every source was down
      And no confirmed update is lost

  @normal
  Rule: Recorded faults can be replayed in the same order

    Scenario: The faults of the journal are replayed
      Given the provider fails at random for 3 seconds, while updates follow one another
      When the journal's faults are replayed
      Then the same faults were injected in the same order, none of them earlier than the first time
