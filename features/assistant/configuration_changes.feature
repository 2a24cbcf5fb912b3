@assistant
Feature: People do not notice that we change the configuration
  Administrators change it in the middle of the day, several of them at the same time, while people wait for their answers.

  @RES-CONF-6 @critical
  Rule: A request goes on under the configuration under which it began, and the next one goes by the new

    Scenario: Many changes, and people who keep asking
      Given the AI service needs 0.1 seconds for each answer
      When 20 people keep asking for all kinds of things while Ana changes the configuration 30 times
      Then every answer is live

    Scenario Outline: A request waits for its next attempt while <what>
      Given the assistant waits 0.4 seconds before it tries again
      And the AI service answers 2 requests with error 503 and then works
      And a person has asked for a summary, and waits for the answer
      When Ana sets <field> to <value>
      And those who waited are answered
      Then every answer is live
      And the AI service received each request, however often, in the same words, its attempts numbered

      Examples:
        | what                    | field                       | value          |
        | attempts become fewer   | default.retry.attempts      | 1              |
        | the instruction changes | operations.summarize.prompt | "In one word." |

    Scenario: A request is with the AI service while its operation is removed
      Given Ana has registered "translate" with the instruction "Translate to English."
      And the AI service needs 0.3 seconds for each answer
      And a person has asked for "translate", and waits for the answer
      When Ana removes "translate"
      And those who waited are answered
      Then every answer is live

    Scenario: The next request goes by the new configuration
      Given the AI service answers with error 503
      When Ana sets default.retry.attempts to 2
      And a person asks for a summary
      Then the AI service received exactly 2 requests

  @RES-CONF-6 @critical
  Rule: A service that is not used because it fails stays unused, whatever is changed

    Background:
      Given Ana has set default.breaker.open_s to 30
      And the AI service has failed until the assistant gave up on it for summaries

    Scenario Outline: <change>
      When <edit>
      And 3 people, one after the other, ask for summaries
      Then the AI service received exactly 5 requests

      Examples:
        | change                           | edit                                                |
        | All operations get more attempts | Ana sets default.retry.attempts to 5                |
        | The breaker itself is tuned      | Ana sets operations.summarize.breaker.failures to 9 |
        | Another preset is applied        | Ana applies the preset "production"                 |
        | The operation is tuned           | Ana sets retry.attempts of summaries to 2           |

  @RES-CONF-6 @critical
  Rule: What was accepted is kept, also when the process is killed

    Scenario: The assistant is killed right after a change
      Given Ana has set operations.qa.retry.attempts to 2
      And Ana has registered "translate" with the instruction "Translate to English."
      And the AI service asks us 100 times to retry in 0 seconds and then works
      When the assistant is killed and started again
      And a person asks for everything once
      Then the AI service received exactly 2 requests for answers to questions
      And the configuration is that of the last change

    Scenario: The assistant is killed in the middle of changes
      When the assistant is killed while Ana changes the configuration, and is started again
      Then the configuration is one of those that were sent, and not older than the last that was accepted

  @RES-CONF-6 @critical
  Rule: A change takes effect at once and as a whole

    Scenario: Ben looks on while Ana changes the settings of every operation
      When Ben reads the configuration again and again while Ana changes every operation 30 times
      Then each configuration that Ben reads is wholly one of Ana's, and none is older than the one before

  @RES-CONF-6 @normal
  Rule: Nobody overwrites a change that they have not seen

    Scenario: Ben has read the configuration before Ana changed it
      Given Ben has read the configuration
      And Ana has set operations.qa.retry.attempts to 2
      When Ben sets default.retry.attempts to 5 in what he has read
      Then the change is refused with 412, "other_version"
      And the configuration is as it was

    Scenario: Twelve changes of the same version arrive together
      When 12 changes of the same version are sent at once
      Then exactly 1 of them is accepted, and the others are refused with 412, "other_version"
      And the configuration is that of the accepted one
