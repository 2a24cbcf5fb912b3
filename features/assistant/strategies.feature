@assistant
Feature: Every environment, and every kind of work, gets as many attempts as suits it
  The AI service asks for each request to be sent again at once, so that the attempts of each strategy can be counted there without
  its long waits.

  Background:
    Given the AI service asks us 100 times to retry in 0 seconds and then works

  @RES-CONF-1 @critical
  Rule: The environment is detected by the first variable that tells it, and an unknown one is never taken for production

    Scenario Outline: The assistant starts with <variables>
      Given an assistant starts with "<variables>" and without a configuration file
      When a person asks for everything once
      Then its environment is <environment>, with confidence <confidence>, because of <variable>
      And the AI service received exactly <summaries> requests for summaries
      And the AI service received exactly <sentiments> requests for sentiments
      And the AI service received exactly <answers> requests for answers to questions

      Examples: It is told by name
        | variables                                                    | environment | confidence | variable              | summaries | sentiments | answers |
        | ENVIRONMENT=prod                                             | production  | 0.95       | ENVIRONMENT           | 5         | 2          | 7       |
        | ASSISTANT_ENVIRONMENT=testing, ENVIRONMENT=production        | testing     | 1.0        | ASSISTANT_ENVIRONMENT | 2         | 2          | 2       |
        | ASSISTANT_ENVIRONMENT=blue, KUBERNETES_SERVICE_HOST=10.0.0.1 | unknown     | 0.0        | ASSISTANT_ENVIRONMENT | 3         | 3          | 3       |

      Examples: It can be guessed
        | variables                        | environment | confidence | variable                | summaries | sentiments | answers |
        | DEBUG=true, HOSTNAME=web-prod-1  | development | 0.7        | DEBUG                   | 2         | 2          | 2       |
        | KUBERNETES_SERVICE_HOST=10.0.0.1 | production  | 0.6        | KUBERNETES_SERVICE_HOST | 5         | 2          | 7       |

    Scenario Outline: The host name tells <environment>
      Given an assistant starts with "HOSTNAME=<host>" and without a configuration file
      When a person asks for everything once
      Then the AI service received exactly <summaries> requests for summaries
      And the AI service received exactly <answers> requests for answers to questions

      Examples:
        | host       | environment             | summaries | answers |
        | web-prod-1 | production              | 5         | 7       |
        | products-3 | nothing, only resembles | 3         | 3       |

    Scenario: The operator knows better than any variable
      Given an assistant starts with "ENVIRONMENT=production, ASSISTANT_PRESET=simple" and without a configuration file
      When a person asks for everything once
      Then the AI service received exactly 3 requests for answers to questions

    Scenario Outline: An administrator applies the preset "<preset>" while the assistant runs
      Given an administrator has set default.retry.attempts to 4
      When an administrator applies the preset "<preset>"
      And a person asks for everything once
      Then the AI service received exactly <summaries> requests for summaries
      And the AI service received exactly <sentiments> requests for sentiments
      And the AI service received exactly <answers> requests for answers to questions

      Examples:
        | preset      | summaries | sentiments | answers |
        | simple      | 3         | 3          | 3       |
        | development | 2         | 2          | 2       |
        | production  | 5         | 2          | 7       |

  @RES-CONF-2 @critical
  Rule: What is set for one operation goes before what is set for all, and changes no other

    Scenario Outline: Sentiments get <what>
      Given an administrator has set default.retry.attempts to 4
      And an administrator has set <field> to <value>
      When a person asks for everything once
      Then the AI service received exactly <requests> for sentiments
      And the AI service received exactly 4 requests for answers to questions

      Examples:
        | what                    | field                               | value      | requests   |
        | more attempts           | operations.sentiment.retry.attempts | 5          | 5 requests |
        | one attempt             | operations.sentiment.retry.attempts | 1          | 1 request  |
        | a strategy of their own | operations.sentiment.strategy       | "critical" | 7 requests |

    Scenario: Two settings for the same operation add up
      Given an administrator has set operations.qa.strategy to "aggressive"
      And an administrator has set operations.qa.retry.attempts to 6
      And an administrator has set operations.qa.breaker.failures to 4
      When a person asks for everything once
      Then the AI service received exactly 4 requests for answers to questions

    Scenario: An operation gets its own instruction
      Given an administrator has set operations.summarize.prompt to "Summarize in one word."
      When a person asks for everything once
      Then the AI service was instructed "Summarize in one word." for summaries
