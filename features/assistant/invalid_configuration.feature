@assistant
Feature: A mistake in the configuration is found before customers notice it, and whoever made it learns how to correct it

  @RES-MIGR-5 @critical
  Rule: An error names the field, its value, and what may stand there instead

    Scenario Outline: <field> is set to <value>
      When Ana sets <field> to <value>
      Then the change is refused with 422, "invalid_configuration"
      And the error names <field>, its value <value>, and "<advice>" to choose from
      And the configuration is as it was

      Examples: A number that is too high or too low
        | field                          | value | advice   |
        | operations.qa.retry.attempts   | 11    | 1, 10    |
        | operations.qa.breaker.failures | 0     | 1, 20    |
        | default.breaker.open_s         | 0.05  | 0.1, 300 |
        | default.breaker.probes         | 11    | 10       |
        | rate_limit.per_minute          | 0     | 1, 10000 |

      Examples: A name that is not known
        | field            | value   | advice                                       |
        | default.strategy | "brave" | aggressive, balanced, conservative, critical |
        | preset           | "prod"  | simple, development, production              |

      Examples: Two values that contradict each other
        | field                       | value | advice                         |
        | default.retry.deadline_s    | 0.3   | deadline_s, attempt_timeout_s  |
        | default.retry.backoff_cap_s | 0.01  | backoff_cap_s, backoff_first_s |

    Scenario Outline: <field> is set to <value>, which is of the wrong kind
      When Ana sets <field> to <value>
      Then the change is refused with 422, "invalid_configuration"
      And the error names <field>, its value <value>, and how to correct it

      Examples:
        | field                        | value |
        | operations.qa.retry.attempts | "4"   |
        | default.retry.deadline_s     | true  |
        | operations.qa.retry.atempts  | 4     |

    Scenario: A secret was written into the wrong field
      When Ana sets default.api_key to "sk-live-5f2e"
      Then the change is refused with 422, "invalid_configuration"
      And neither the answer nor the audit trail repeats "sk-live-5f2e"

  @RES-CONF-4 @critical
  Rule: All mistakes are named at once, and nothing of what is refused is applied

    Scenario: Right settings come together with three mistakes
      When Ana sends right settings together with three mistakes
      Then the change is refused with 422, "invalid_configuration"
      And the errors name exactly "default.strategy, operations.qa.retry.attempts, rate_limit.per_hour"
      And the configuration is as it was

    Scenario: Nothing of it comes back later
      Given Ana has set operations.sentiment.retry.attempts to 4
      And Ana has sent right settings together with three mistakes
      And the AI service answers with error 503
      When the assistant is asked to start anew
      And a person asks for a sentiment
      Then the AI service received exactly 4 requests
      And the configuration is as it was

    Scenario: A configuration is only checked
      When Ana has right settings together with three mistakes checked
      Then the check finds mistakes in exactly "default.strategy, operations.qa.retry.attempts, rate_limit.per_hour"
      And the configuration is as it was

    Scenario: A right configuration is only checked
      When Ana has right settings checked
      Then the check finds no mistake
      And the configuration is as it was

  @RES-CONF-4 @critical
  Rule: The assistant does not start with a wrong configuration, and says what is wrong

    Scenario Outline: The file holds <what>
      Given the configuration file holds <what>
      When another assistant is started
      Then its start is refused with exit status 64, and sentences about "<about>"

      Examples:
        | what                                        | about                                                               |
        | right settings together with three mistakes | default.strategy, operations.qa.retry.attempts, rate_limit.per_hour |
        | a text that is not JSON                     | ASSISTANT_CONFIG_FILE                                               |

    Scenario: A running assistant is told to read a wrong file
      Given the assistant says since when it runs
      And Ana has set default.retry.attempts to 2
      And the configuration file holds right settings together with three mistakes
      When the assistant is told to read its settings again
      Then for 0.5 seconds the assistant still runs since then
      And the configuration is that of the last change

    Scenario: Two variables are wrong
      When another assistant is started with "ASSISTANT_LIMIT_ATTEMPTS=ten, ASSISTANT_CACHE_FRESH_S=-1"
      Then its start is refused with exit status 64, and sentences about "ASSISTANT_LIMIT_ATTEMPTS, ASSISTANT_CACHE_FRESH_S"

  @RES-MIGR-2 @critical
  Rule: Settings that would take the protection away are refused

    Scenario Outline: <what>
      When Ana sets <field> to <value>
      Then the change is refused with 422, "invalid_configuration"
      And the configuration is as it was

      Examples:
        | what                                   | field                                    | value   |
        | Every request is tried a hundred times | default.retry.attempts                   | 100     |
        | The same, for one operation            | operations.sentiment.retry.attempts      | 100     |
        | The assistant never gives up           | operations.sentiment.breaker.failures    | 1000    |
        | It gives up for a blink                | operations.sentiment.breaker.open_s      | 0.001   |
        | A request may take a week              | operations.sentiment.retry.deadline_s    | 604800  |
        | Any number of requests at a time       | operations.sentiment.bulkhead.concurrent | 1000000 |
        | Any number of requests a minute        | rate_limit.per_minute                    | 1000000 |

    Scenario Outline: An instruction holds <what>
      When Ana sets operations.qa.prompt to <text>
      Then the error names operations.qa.prompt, and how to correct it
      And the configuration is as it was

      Examples:
        | what                        | text                             |
        | a script                    | "<script>alert(1)</script>"      |
        | a script in capital letters | "Answer. < SCRIPT src=//x.test>" |
        | a variable of the shell     | "Answer as ${USER} would."       |
        | a template                  | "Answer as {{ config }} says."   |
        | a control character         | "Answer.\u001b[2J"               |

    Scenario Outline: A configuration <that>
      When Ana sends a configuration <that>
      Then the change is refused with <status>, "<error>"
      And the configuration is as it was

      Examples:
        | that                                     | status | error                 |
        | of more than 100,000 bytes               | 413    | too_large             |
        | that is nested 11 levels deep            | 422    | invalid_configuration |
        | that is nested 16,000 levels deep        | 422    | invalid_configuration |
        | in which a name stands twice             | 400    | malformed_request     |
        | that ends early                          | 400    | malformed_request     |
        | that is a list                           | 400    | malformed_request     |
        | with a number that is none               | 400    | malformed_request     |
        | with 101 operations                      | 422    | invalid_configuration |
        | with an operation called "../qa"         | 422    | invalid_configuration |
        | with a new operation without instruction | 422    | invalid_configuration |
