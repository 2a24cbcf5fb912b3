@harness @mishaps
Feature: Whatever goes wrong with the suite itself, it never says go
  A release is judged on one scenario that passes when all is well. Then something goes wrong with us, not with
  the product: the verdict may be "unknown" or "broken", but neither "go" nor the product's fault.

  @SUITE-GATE-1 @blocker
  Rule: A verdict of ours is worth something only if it can fail

    Scenario: Nothing goes wrong
      When a release is judged
      Then the verdict is "go"

    Scenario Outline: <mishap>
      When a release is judged while <mishap>
      Then the verdict is "<verdict>"
      And the reason given is "<reason>"

      Examples: The question was not really put
        | mishap                                     | verdict | reason                                        |
        | the tools that break things do nothing     | unknown | no receipt that the provider never answers    |
        | the system has a way past the fault proxy  | unknown | the system reaches the provider past the link |

      Examples: We cannot be sure of ourselves
        | mishap                                         | verdict | reason                                    |
        | the fault proxy hangs                          | broken  | fault proxy                               |
        | the provider's stand-in dies                   | broken  | the fault could not be lifted             |
        | a preparation fails                            | broken  | before_feature: OSError                   |
        | a clean-up fails                               | broken  | after_scenario: OSError                   |
        | the machine's clock is put forward by an hour  | broken  | the machine's clock was advanced          |
        | the runner is killed                           | broken  | behave was killed by signal 9             |
        | somebody paints the report green               | broken  | the report disagrees                      |
        | a result of another run gets into the report   | broken  | the report disagrees                      |

      Examples: There is nothing to judge
        | mishap                  | verdict | reason                       |
        | no scenario is selected | refused | no scenario carries @fallbak |

  @SUITE-CLEAN-1 @critical
  Rule: A run that was killed leaves nothing behind

    Scenario: A run is killed in the middle of a fault
      When a run is killed in the middle of a fault, and another one is started
      Then no process of the killed run is left
      And the other one clears what is left, and says go
