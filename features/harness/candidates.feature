@harness @nested
Feature: The gate tests any candidate that keeps the contract, and its verdict is repeatable
  The reference system is only an example. The same scenarios test a candidate; here a command starts the candidate.

  @SUITE-TARGET-1 @critical
  Rule: The verdict depends on the behaviour of the candidate

    Scenario Outline: A candidate that <does>
      When the gate tests a candidate that <does>
      Then the verdict is "<verdict>"
      And the reason contains "<reason>"

      Examples:
        | does                                  | verdict | reason                                         |
        | keeps its promises                    | go      | all 2 scenarios kept their promises            |
        | does not treat error 403 as rejection | no-go   | 1 of 2 scenarios broke a promise               |
        | exits before it is ready              | broken  | catalog service could not be started: it ended |

  @SUITE-REPEAT-1 @critical
  Rule: The outcome of a scenario depends neither on other scenarios nor on their order

    @alone
    Scenario: Scenarios together, one by one, and on two workers, with one that fails
      When the gate runs a candidate's scenarios together, then one by one, then on two workers
      Then each scenario has had the same outcome 3 times
