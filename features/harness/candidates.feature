@harness
Feature: Whoever keeps the contract can be judged, and gets the same answer each time
  The reference is only an example. A candidate is judged by the same scenarios; here it is started by a command of its own.

  @SUITE-TARGET-1 @critical
  Rule: A candidate is judged by what it does

    Scenario Outline: A candidate that <does>
      When a candidate is judged that <does>
      Then the verdict is "<verdict>"
      And the reason given is "<reason>"

      Examples:
        | does                     | verdict | reason                                         |
        | keeps its promises       | go      | all 2 scenarios kept their promises            |
        | takes a 403 for nothing  | no-go   | 1 of 2 scenarios broke a promise               |
        | ends before it has begun | broken  | catalog service could not be started: it ended |

  @SUITE-REPEAT-1 @critical
  Rule: Neither company nor order changes what becomes of a scenario

    Scenario: Scenarios together, alone, and side by side, of which one fails
      When a candidate is judged by its scenarios together, by each of them alone, and by two workers
      Then each scenario has come to the same outcome 3 times
