@catalog @chaos @random @CAT-CHAOS-1
Feature: Whatever fails at random, alone or all at once, the catalog keeps serving
  Faults strike when and where nobody expects them; several may be in force at once. Which ones, when and for how long is
  drawn from the seed that is printed with the verdict, and draws the same again. Shoppers come all the while. Each version
  of the catalog has a price of its own, and an update brings the next version.

  Background:
    Given a second catalog service runs
    And the backup quotes "Europe 5 GB" at 21.00 EUR
    And everything is in its steady state
    And 6 shoppers keep coming, who go to the other service when one does not answer

  @blocker @recovery
  Rule: Shoppers are served all the while, and all is as it was before when it is over

    Scenario: The provider fails again and again
      When the provider fails at random for 5 seconds, while updates follow one another
      Then within 15 seconds everything is in its steady state again
      And at least 200 answers were given meanwhile, none of them later than 2 seconds
      And each answer was a catalog of one version
      And no confirmed update is lost

    Scenario: Everything fails, services and stores as well
      When everything fails at random for 7 seconds, while updates follow one another
      Then within 15 seconds everything is in its steady state again
      And at least 200 answers were given meanwhile, none of them later than 3 seconds
      And each answer was a catalog of one version, or a polite refusal when every source was down
      And no confirmed update is lost

  @normal
  Rule: What has happened once can be made to happen again

    Scenario: The faults of the journal strike again
      Given the provider fails at random for 3 seconds, while updates follow one another
      When the same faults strike again, as the journal tells of them
      Then the same faults came in the same order, and none came sooner than it had come before
