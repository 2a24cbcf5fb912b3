@catalog @chaos @recovery
Feature: Shoppers find a complete catalog after the service has crashed and been started again
  Machines lose power, and the kernel kills processes that use too much memory. In production a supervisor starts the service
  again; here the suite does. The service has to recover without further help. Each version of the catalog has its own price.

  Background:
    Given the provider sells 10,000 bundles, all at 19.00 EUR
    And the catalog has been updated
    And the provider sells 10,000 bundles, all at 20.00 EUR

  @CAT-CHAOS-3 @critical @needs.memory-group
  Rule: A service that was killed for lack of memory serves as soon as it is started again

    Scenario: The service is killed for lack of memory while the provider is down
      Given the provider is down
      And the catalog service is killed for lack of memory
      When the catalog service is started again
      Then within 5 seconds of the restart shoppers see all bundles at 19.00 EUR

    Scenario: The service is killed for lack of memory in the middle of an update
      Given the provider takes 0.05 seconds to answer
      And the catalog service is killed for lack of memory at a random moment while it fetches 20 pages of an update
      When the catalog service is started again
      Then within 5 seconds of the restart shoppers see all bundles at 19.00 EUR, and within 3 seconds the lock is free
      And within 10 seconds an update completes, and the saved copy and the database hold 10,000 bundles, all at 20.00 EUR

    Scenario: The service is started again with little memory
      Given the catalog service may use at most 24 MB more memory than now
      When the catalog service is killed and started again
      Then within 5 seconds of the restart shoppers see all bundles at 19.00 EUR

  @CAT-CHAOS-4 @blocker @random
  Rule: Whenever the service is killed, the catalog is complete, and the lock is free once its lease has expired

    Scenario Outline: The service is killed at a random moment while it <does>
      Given the catalog service is killed at a random moment while it <does>
      When the catalog service is started again
      Then the saved copy and the database hold 10,000 bundles, all at 19.00 EUR
      And within 5 seconds of the restart shoppers see all bundles at 19.00 EUR, and within 3 seconds the lock is free
      And within 5 seconds an update completes, and the saved copy and the database hold 10,000 bundles, all at 20.00 EUR

      Examples: Parts of an update
        | does                               |
        | fetches 20 pages of an update      |
        | stores 10,000 bundles of an update |

  @CAT-CHAOS-4 @blocker @random
  Rule: No confirmed update is lost, however often the service is killed

    Scenario: The service is killed repeatedly at random moments
      When updates follow one another, and the catalog service is killed and started again in the middle of 2 of them
      Then at least 1 update was confirmed; 2 have an unknown outcome
      And no confirmed update is lost
