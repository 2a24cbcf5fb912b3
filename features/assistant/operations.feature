@assistant
Feature: Teams add and tune operations while people are being served

  @RES-CONF-3 @critical
  Rule: A new operation serves people as soon as it is registered

    Scenario: Translations are offered
      When Ana registers "translate" with the instruction "Translate to English."
      And a person asks for "translate"
      Then the answer is live, after 1 attempt
      And the AI service was instructed "Translate to English." for "translate"

    Scenario: A new operation is given up for itself when it fails
      Given Ana has set default.breaker.open_s to 30
      And Ana has registered "translate" with the instruction "Translate to English."
      And the AI service answers with error 503
      When 4 people, one after the other, ask for "translate"
      Then the AI service received exactly 5 requests for "translate"
      And the health page says that the AI service is used for summaries

    Scenario: People who wait for their answer do not notice it
      Given the AI service needs 0.3 seconds for each answer
      And a person has asked for a summary, and waits for the answer
      When Ana registers "translate" with the instruction "Translate to English."
      And those who waited are answered
      Then every answer is live

  @RES-CONF-3 @normal
  Rule: An operation is tuned while it serves, and back to what it was when that is taken back

    Background:
      Given the configuration file sets operations.qa.retry.attempts to 4
      And Ana has registered "translate" with the instruction "Translate to English."

    Scenario Outline: The next request for <operation> goes by the new number of attempts
      Given the AI service asks us 100 times to retry in 0 seconds and then works
      And a person has asked for <operation>
      When Ana sets retry.attempts of <operation> to 1
      And a person asks for <operation>
      Then the AI service received exactly <count> requests for <operation>

      Examples: The attempts before, and one more
        | operation            | count |
        | "translate"          | 4     |
        | answers to questions | 5     |

    Scenario: What was registered at run time is removed
      When Ana removes "translate"
      And a person asks for "translate"
      Then the person is refused with 422, "invalid_request", because of the operation

    Scenario: What the assistant started with comes back
      Given the AI service asks us 100 times to retry in 0 seconds and then works
      And Ana has set retry.attempts of answers to questions to 2
      When Ana removes answers to questions
      And a person asks for an answer to a question
      Then the AI service received exactly 4 requests for answers to questions

    Scenario: What was never changed cannot be taken back
      When Ana removes summaries
      Then the change is refused with 404, "nothing_set"
      And the configuration is as it was
