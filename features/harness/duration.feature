@harness
Feature: The whole suite is quick enough to be run before each merge
  Each run of the gate leaves its duration in the history. The time of the last run that judged every system is judged here, on each
  backend that the history knows; on a new checkout there is none yet.

  @SUITE-TIME-1 @normal
  Rule: A whole acceptance run stays within its budget

    Scenario: The last whole acceptance run on this machine
      When an engineer looks up the last whole acceptance run of each backend
      Then each of these runs took no longer than the budget allows
