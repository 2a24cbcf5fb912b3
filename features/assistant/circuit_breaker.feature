@assistant @breaker
Feature: The AI service is left alone while it fails, and is used again as soon as it works

  @RES-BREAK-1 @critical
  Rule: The assistant stops using a failing service exactly when it should

    Background:
      Given each request is tried once
      And the assistant gives up on a service after 5 failures, for 30 seconds

    Scenario: It gives up with the fifth failure, not with the fourth
      Given 3 people, one after the other, have asked for summaries
      And the AI service answers with error 503
      When 4 people, one after the other, ask for summaries
      Then the health page says that the AI service is used for summaries
      When a person asks for a summary
      Then the health page says that the AI service is not used for summaries

    Scenario: Once it has given up, no request reaches the service
      Given the AI service answers with error 503
      And 5 people, one after the other, have asked for summaries
      When 10 people, one after the other, ask for summaries
      Then every answer is fallback
      And the AI service received exactly 5 requests

    Scenario: A success in between starts the count anew
      Given the AI service answers 4 requests with error 503 and then works
      And 5 people, one after the other, have asked for summaries
      When the AI service recovers and from then on answers 4 requests with error 503 and then works
      And 4 people, one after the other, ask for summaries
      Then the health page says that the AI service is used for summaries

    Scenario: A request that will never be answered is no failure
      Given the AI service answers 4 requests with error 503 and then works
      And 4 people, one after the other, have asked for summaries
      When the AI service recovers and from then on answers with error 400
      And 3 people, one after the other, ask for summaries
      Then the health page says that the AI service is used for summaries

    Scenario: A request that will never be answered is no success
      Given the AI service answers 4 requests with error 503 and then works
      And 4 people, one after the other, have asked for summaries
      When the AI service recovers and from then on answers with error 400
      And 3 people, one after the other, ask for summaries
      And the AI service recovers and from then on answers with error 503
      And a person asks for a summary
      Then the health page says that the AI service is not used for summaries

    Scenario: A few calls prove nothing
      Given the assistant judges a service by 7 calls at least
      And the AI service answers with error 503
      When 6 people, one after the other, ask for summaries
      Then the health page says that the AI service is used for summaries
      When a person asks for a summary
      Then the health page says that the AI service is not used for summaries

    Scenario: Answers that come too late for most people are failures
      Given an answer may take 3 seconds, and is slow after 0.3 seconds
      And the AI service needs 0.5 seconds for 5 answers and then works
      When 5 people ask for summaries at once
      Then every answer is live
      And the health page says that the AI service is not used for summaries

  @RES-BREAK-1 @critical
  Rule: A late answer from before the assistant gave up decides nothing

    Background:
      Given each request is tried once
      And the assistant gives up on a service after 5 failures, for 30 seconds
      And an answer may take 4 seconds, and is slow after 3 seconds
      And the AI service needs 1.5 seconds for one answer and then answers with error 503
      And a person has asked for a summary, and waits for the answer
      And 5 people, one after the other, have asked for summaries

    Scenario: It does not undo the decision
      When those who waited are answered
      Then every answer is live
      And the health page says that the AI service is not used for summaries

    Scenario: It does not hide new failures
      When an administrator has the AI service used again for summaries
      And 4 people, one after the other, ask for summaries
      And those who waited are answered
      And a person asks for a summary
      Then the health page says that the AI service is not used for summaries

  @RES-BREAK-1 @critical
  Rule: A service that failed is tested by exactly as many requests as it should be

    Scenario Outline: Of 20 people who ask at once, only <tests> test the service, with <assistants>
      Given <assistants> run
      And an answer may take 4 seconds, and is slow after 3 seconds
      And a service that failed is tested with <tests> requests
      And the AI service has failed until the assistant gave up on it for summaries
      And the AI service is tested again for summaries, and needs 1 second for each answer
      When 20 people ask for summaries at once
      Then <tests> of the answers are live, and the AI service received exactly <in all> requests

      Examples:
        | assistants     | tests | in all |
        | one assistant  | 1     | 6      |
        | one assistant  | 3     | 8      |
        | two assistants | 2     | 7      |
        | two assistants | 5     | 10     |

    Scenario: One failed test is enough to give up again, for the whole time
      Given each request is tried once
      And the assistant gives up on a service after 5 failures, for 2 seconds
      And the AI service has failed until the assistant gave up on it for summaries
      And the AI service answers with error 503
      When the AI service is tested again for summaries
      And a person asks for a summary
      Then for 1.2 seconds the health page says that the AI service is not used for summaries

    Scenario: A test that shows nothing of the service is none
      Given the AI service has failed until the assistant gave up on it for summaries
      And the AI service answers with error 400
      And the AI service is tested again for summaries
      And a person has asked for a summary
      When the AI service recovers
      And 2 people, one after the other, ask for summaries
      Then the health page says that the AI service is used for summaries

    Scenario: Those who test the service die before they are answered
      Given a second assistant runs
      And an answer may take 1 second, and is slow after 0.8 seconds
      And the AI service has failed until the assistant gave up on it for summaries
      And the AI service takes 2 requests without an answer and then works
      When the AI service is tested again for summaries
      And 2 people wait for summaries from the second assistant, and it is killed
      Then within 4 seconds people get live answers to requests for summaries again

  @RES-BREAK-3 @recovery @critical
  Rule: After the configured time, a failing service is tried again automatically

    Scenario: Nobody has to ask for it
      Given the AI service has failed until the assistant gave up on it for summaries
      Then within 1 second the health page says that the AI service is tested for summaries
      When a person asks for a summary
      Then the health page says that the AI service is tested for summaries
      When a person asks for a summary
      Then the answer is live, after 1 attempt
      And the health page says that the AI service is used for summaries

    Scenario: It is tried again and again, each time after the whole time
      Given each request is tried once
      And the assistant gives up on a service after 5 failures, for 0.6 seconds
      And a service that failed is tested with 1 request
      And the AI service answers with error 503
      And 5 people, one after the other, have asked for summaries
      When 3 people keep asking for summaries for 2.4 seconds
      Then after the first 5 requests to it, the AI service received each 0.6 seconds to 1.2 seconds after the one before

  @RES-BREAK-5 @blocker
  Rule: When one operation is stopped because it fails, all others stay available

    Background:
      Given an answer may take 1.5 seconds, and is slow after 1 second

    Scenario: Summaries fail
      Given the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503 for summaries
      And 2 people, one after the other, have asked for summaries
      When 12 people ask for all kinds of things but summaries at once
      Then every person gets the answer to their own question
      And the health page says that the AI service is not used for summaries
      And the AI service received exactly 5 requests for summaries

    Scenario: Summaries get no answers while other people ask
      Given the AI service takes requests for summaries and answers none
      And a person has asked for a summary, and waits for the answer
      When 20 people ask for all kinds of things but summaries at once
      Then every person gets the answer to their own question
      And every person waited no longer than 1 second
