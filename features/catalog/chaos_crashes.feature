@catalog @chaos @recovery
Feature: A service that is ended at the worst moment comes back by itself once it is started again
  Machines lose power, and kernels end whoever uses too much memory. Somebody, or something, starts the service again; here
  the suite does. Everything after that is the service's own business. Each version of the catalog has a price of its own.

  Background:
    Given the provider sells 10,000 bundles, all at 19.00 EUR
    And the catalog has been updated
    And the provider sells 10,000 bundles, all at 20.00 EUR

  @CAT-CHAOS-3 @critical @needs.memory-group
  Rule: A service that was killed for lack of memory serves as soon as it is started again

    Scenario: The kernel ends it while the provider is down as well
      Given the provider is down
      And the catalog service is killed for lack of memory
      When the catalog service is started again
      Then within 5 seconds of it shoppers see all bundles at 19.00 EUR

    Scenario: The kernel ends it in the middle of an update
      Given the provider takes 0.05 seconds to answer
      And the catalog service is killed for lack of memory at a moment drawn by chance, while it asks for 20 pages of an update
      When the catalog service is started again
      Then within 5 seconds of it shoppers see all bundles at 19.00 EUR
      And within 3 seconds of it nobody holds the lock
      And within 10 seconds an update takes place
      And the saved copy and the database hold 10,000 bundles, all at 20.00 EUR

    Scenario: It is started again where there is hardly any memory
      Given the catalog service may use at most 24 MB more memory than now
      When the catalog service is killed and started again
      Then within 5 seconds of it shoppers see all bundles at 19.00 EUR

  @CAT-CHAOS-4 @blocker @random
  Rule: Whenever it is killed, the catalog is whole, and the lock is free when its lease has ended

    Scenario Outline: It is killed at a moment drawn by chance, while it <does>
      Given the catalog service is killed at a moment drawn by chance, while it <does>
      When the catalog service is started again
      Then the saved copy and the database hold 10,000 bundles, all at 19.00 EUR
      And within 5 seconds of it shoppers see all bundles at 19.00 EUR
      And within 3 seconds of it nobody holds the lock
      And within 5 seconds an update takes place
      And the saved copy and the database hold 10,000 bundles, all at 20.00 EUR

      Examples: Parts of an update
        | does                               |
        | asks for 20 pages of an update     |
        | stores 10,000 bundles of an update |

  @CAT-CHAOS-4 @blocker @random
  Rule: What was confirmed is kept, however often the service dies

    Scenario: It is killed again and again, at moments drawn by chance
      When updates follow one another, and the catalog service is killed and started again in the middle of 2 of them
      Then some updates were confirmed, and of 2 nobody knows
      And nothing that was confirmed is lost
