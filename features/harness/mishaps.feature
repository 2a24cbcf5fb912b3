@harness @nested @mishaps
Feature: A failure of the suite itself never leads to the verdict "go"
  The gate tests a release with one scenario, which passes as long as the suite works. Then a part of the suite fails, not the
  product: the verdict may be "unknown" or "broken", but never "go", and never blames the product.

  @SUITE-GATE-1 @blocker
  Rule: The verdict is "go" only if the suite itself has worked

    Scenario: The suite works
      When the gate tests a release
      Then the verdict is "go"

    Scenario Outline: <failure>
      When the gate tests a release while <failure>
      Then the verdict is "<verdict>"
      And the reason contains "<reason>"

      Examples: The fault did not reach the system
        | failure                             | verdict | reason                                                          |
        | the fault injectors do nothing      | unknown | no receipt that the provider never answers                      |
        | the system bypasses the fault proxy | unknown | the system reaches the provider without passing the fault proxy |

      Examples: The suite or its machine has failed
        | failure                                      | verdict | reason                           |
        | the fault proxy hangs                        | broken  | fault proxy                      |
        | the provider's stand-in is killed            | broken  | the fault could not be lifted    |
        | the set-up of a feature fails                | broken  | before_feature: OSError          |
        | the clean-up of a scenario fails             | broken  | after_scenario: OSError          |
        | the machine's clock jumps ahead by an hour   | broken  | the machine's clock was advanced |
        | the test runner is killed                    | broken  | behave was killed by signal 9    |
        | the report is altered to show only passes    | broken  | the report disagrees             |
        | the report contains a result from a past run | broken  | the report disagrees             |

      Examples: What the user's machine carries has no effect
        | failure                                                | verdict | reason                             |
        | the user's environment variables lead to other servers | go      | the only scenario kept its promise |

      Examples: There is nothing to test
        | failure                 | verdict | reason                       |
        | no scenario is selected | refused | no scenario carries @fallbak |

  @SUITE-CLEAN-1 @critical
  Rule: A killed run leaves nothing behind

    Scenario: A run is killed while a fault is in force
      When a run is killed while a fault is in force, and another run starts
      Then no process of the killed run is left
      And the next run removes what is left, and ends with "go"
