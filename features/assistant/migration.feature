@assistant
Feature: Teams move from the old variables to presets, and their customers notice nothing

  @RES-CONF-5 @critical
  Rule: The old variables become the preset that is nearest to them, and what differs from it

    Scenario Outline: <what>
      When Ana has "<variables>" migrated, to look at
      Then the migration proposes the preset "<preset>" with exactly <overrides> settings beside it
      And the configuration is as it was

      Examples:
        | what                          | variables                                                                                                             | preset      | overrides |
        | A moderate configuration      | DEFAULT_RESILIENCE_STRATEGY=balanced, RETRY_MAX_ATTEMPTS=3                                                            | simple      | 0         |
        | A configuration of developers | DEFAULT_RESILIENCE_STRATEGY=aggressive                                                                                | development | 0         |
        | A configuration of production | SENTIMENT_RESILIENCE_STRATEGY=aggressive, SUMMARIZE_RESILIENCE_STRATEGY=conservative, QA_RESILIENCE_STRATEGY=critical | production  | 0         |
        | One setting of its own        | RETRY_MAX_ATTEMPTS=4                                                                                                  | simple      | 1         |

    Scenario: An assistant starts with old variables
      Given an assistant starts with "RETRY_MAX_ATTEMPTS=2, QA_RESILIENCE_STRATEGY=critical, CIRCUIT_BREAKER_FAILURE_THRESHOLD=3" and without a configuration file
      And the AI service asks us 100 times to retry in 0 seconds and then works
      When 3 people, one after the other, ask for answers to questions
      Then the AI service received exactly 3 requests
      And the audit trail tells of a migration by the service, with confidence 1.0

  @RES-MIGR-1 @normal
  Rule: No old variable is left out

    Scenario: All fifteen are set
      Given Ana has had all fifteen old variables migrated and applied
      When Ana reads the configuration
      Then for sentiments it has "strategy aggressive, retry.attempts 2, breaker.failures 6, breaker.open_s 45"
      And for sentiments it has "retry.backoff_first_s 0.25, retry.backoff_cap_s 8, retry.jitter_s 0.75"
      And for answers to questions it has "strategy critical, retry.attempts 2, breaker.failures 6, retry.jitter_s 0.75"
      And each of the variables has a reason of its own
      And the check finds no difference

    Scenario: What is not known or not readable is not passed over
      When Ana has "RETRY_MAX_ATTEMPTS=many, RETRY_MAX_RETRIES=4" migrated, to look at
      Then each of the variables has a reason of its own

  @RES-MIGR-3 @normal
  Rule: The confidence is the product of what each variable leaves certain

    Scenario Outline: <what>
      When Ana has "<variables>" migrated, to look at
      Then the confidence is <confidence>, the product of its reasons
      And there are warnings about "<warned>"

      Examples:
        | what                            | variables                                                    | confidence | warned                                               |
        | All is carried over as it is    | RETRY_MAX_ATTEMPTS=4, CIRCUIT_BREAKER_FAILURE_THRESHOLD=7    | 1.0        | nothing                                              |
        | Beyond the operator's limits    | RETRY_MAX_ATTEMPTS=25                                        | 0.8        | RETRY_MAX_ATTEMPTS                                   |
        | Another growth of the waits     | RETRY_EXPONENTIAL_MULTIPLIER=3                               | 0.7        | RETRY_EXPONENTIAL_MULTIPLIER                         |
        | A breaker that was switched off | CIRCUIT_BREAKER_ENABLED=false                                | 0.6        | CIRCUIT_BREAKER_ENABLED                              |
        | A value that cannot be read     | RETRY_MAX_ATTEMPTS=many                                      | 0.5        | RETRY_MAX_ATTEMPTS                                   |
        | Several doubts                  | RETRY_MAX_ATTEMPTS=25, CIRCUIT_BREAKER_ENABLED=no, RETRIES=3 | 0.24       | RETRY_MAX_ATTEMPTS, CIRCUIT_BREAKER_ENABLED, RETRIES |

  @RES-MIGR-6 @critical
  Rule: The migrated configuration behaves as the old one did, counted at the AI service

    Scenario Outline: <what>
      Given Ana has had "<variables>" migrated and applied
      And the AI service asks us 100 times to retry in 0 seconds and then works
      When 4 people, one after the other, ask for <operation>
      Then the AI service received exactly <count> requests

      Examples:
        | what                             | variables                                                                      | operation            | count |
        | The breaker goes before attempts | RETRY_MAX_ATTEMPTS=4, CIRCUIT_BREAKER_FAILURE_THRESHOLD=6                      | summaries            | 6     |
        | A strategy for all, one for one  | DEFAULT_RESILIENCE_STRATEGY=critical, SENTIMENT_RESILIENCE_STRATEGY=aggressive | sentiments           | 3     |
        | Attempts go before the strategy  | QA_RESILIENCE_STRATEGY=critical, RETRY_MAX_ATTEMPTS=1                          | answers to questions | 4     |
        | The breaker was switched off     | CIRCUIT_BREAKER_ENABLED=false, RETRY_MAX_ATTEMPTS=4                            | summaries            | 16    |

    Scenario: The waits are those of before
      Given Ana has had "RETRY_EXPONENTIAL_MIN=0.1, RETRY_EXPONENTIAL_MAX=0.3, RETRY_JITTER_ENABLED=no, RETRY_JITTER_MAX=3, RETRY_MAX_ATTEMPTS=4" migrated and applied
      And the AI service answers with error 503
      When a person asks for a summary
      Then the AI service was asked again after 0.1 seconds, then twice as long, 0.3 seconds at most, and up to 0 seconds more
      And the AI service received exactly 4 requests

    Scenario: What cannot be as before is found by the check
      When Ana has "RETRY_MAX_ATTEMPTS=25, CIRCUIT_BREAKER_RECOVERY_TIMEOUT=400" migrated, to look at
      Then the check finds for each operation that retry.attempts was 25 and becomes 10
      And the check finds for each operation that breaker.open_s was 400 and becomes 300
