@assistant
Feature: The on-call engineers are called once when something happens, and are told when it is over

  @RES-METRIC-2 @breaker @critical
  Rule: Every decision to stop using a failing service, or to use it again, is counted and reported once

    Background:
      Given each request is tried once

    Scenario: Two assistants stop using the AI service
      Given a second assistant runs
      And the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503
      When 20 people ask for summaries at once
      Then within 1 second the on-call engineers are alerted that the AI service is no longer used for summaries
      And for 0.5 seconds no other alert about it arrives, and it is not over

    Scenario: Two assistants use the AI service again
      Given a second assistant runs
      And the AI service has failed until the assistant gave up on it for summaries
      And the on-call engineers have been alerted that the AI service is no longer used for summaries
      When 3 people keep asking for summaries for 1 second
      Then within 2 seconds they are told that it is over
      And monitoring counts for summaries that the assistants gave up once, and used the AI service again once

    Scenario: The one assistant gives up, and the other finds that all is well again
      Given a second assistant runs
      And the AI service has failed until the assistant gave up on it for summaries
      And the on-call engineers have been alerted that the AI service is no longer used for summaries
      When the AI service is tested again for summaries
      And 2 people, one after the other, ask the second assistant for summaries
      Then every answer is live
      And within 1 second they are told that it is over

    Scenario: Tests fail for a while
      Given a service that failed is tested with 1 request
      And the AI service answers with error 503
      And 5 people, one after the other, have asked for summaries
      And the on-call engineers have been alerted that the AI service is no longer used for summaries
      When 3 people keep asking for summaries for 2 seconds
      Then for 0.3 seconds no other alert about it arrives, and it is not over
      And monitoring counts for summaries that the assistant gave up once, and again with each request after the first 5

  @RES-METRIC-4 @critical
  Rule: A figure that crosses its limit raises one alert within a second, which is cleared when it is over

    Scenario: Most requests fail
      Given the AI service answers with error 503 for summaries
      When 60 people ask for all kinds of things at once
      Then within 1 second the on-call engineers are alerted that too many requests for summaries fail
      And the alert says what has happened, when, how severe it is, and which limit was crossed
      And for 0.3 seconds nobody is alerted that too many requests for sentiments fail

    Scenario: Requests go on failing
      Given the AI service answers with error 503
      And 20 people have asked for summaries at once
      And the on-call engineers have been alerted that too many requests for summaries fail
      When 3 people keep asking for summaries for 2.5 seconds
      Then for 0.3 seconds no other alert about it arrives, and it is not over
      And the assistant lists it as active

    Scenario: Requests no longer fail
      Given the AI service answers with error 503
      And 20 people have asked for summaries at once
      And the on-call engineers have been alerted that too many requests for summaries fail
      When the AI service recovers
      And 3 people keep asking for summaries for 2 seconds
      Then within 2 seconds they are told that it is over
      And the assistant lists it as past

    Scenario: Most requests are slow
      Given an answer may take 3 seconds, and is slow after 2 seconds
      And Ana has set alerts.p95_s to 0.4
      And the AI service needs 0.6 seconds for each answer
      When 12 people ask for summaries at once
      Then within 1 second the on-call engineers are alerted that requests for summaries are slow
      And the alert says what has happened, when, how severe it is, and which limit was crossed
      And within 4 seconds they are told that it is over

    Scenario: The AI service refuses us
      Given the AI service rejects our credentials
      When 20 people ask for all kinds of things at once
      Then within 1 second the on-call engineers are alerted that the AI service refuses us
      And for 0.3 seconds no other alert about it arrives, and it is not over
      When the AI service recovers
      And a person asks for a summary
      Then within 1 second they are told that it is over

  @RES-METRIC-4 @critical
  Rule: Nobody is called for what is within the limits

    Scenario: Too few requests to tell
      Given Ana has set alerts.window_s to 60
      And the AI service answers with error 503
      When 9 people, one after the other, ask for summaries
      Then for 0.7 seconds nobody is alerted that too many requests for summaries fail
      When a person asks for a summary
      Then within 1 second the on-call engineers are alerted that too many requests for summaries fail

    Scenario: As many fail as may fail
      Given Ana has set alerts.window_s to 60
      And 10 people, one after the other, have asked for summaries
      And the AI service answers with error 503
      When 10 people, one after the other, ask for summaries
      Then for 0.7 seconds nobody is alerted that too many requests for summaries fail
      When a person asks for a summary
      Then within 1 second the on-call engineers are alerted that too many requests for summaries fail

    Scenario: One slow answer among 20
      Given an answer may take 3 seconds, and is slow after 2 seconds
      And Ana has set alerts.p95_s to 0.8
      And the AI service needs 1.2 seconds for one answer and then works
      When 20 people ask for summaries at once
      Then for 0.7 seconds nobody is alerted that requests for summaries are slow

  @RES-METRIC-4 @recovery @critical
  Rule: An alert arrives, however long the webhook for alerts is down, and nobody waits for it

    Scenario: Nobody waits for the webhook
      Given the webhook for alerts takes requests and answers none
      And the AI service answers with error 503
      When 20 people ask for summaries at once
      Then every person waited no longer than 1.7 seconds

    Scenario Outline: The webhook for alerts <fault>
      Given the webhook for alerts <fault>
      And the AI service answers with error 503
      And 20 people have asked for summaries at once
      When the webhook has been tried <tries>
      And the webhook for alerts recovers
      Then within 6 seconds the on-call engineers are alerted that the AI service is no longer used for summaries
      And the alerts arrive in the order in which they were raised

      Examples:
        | fault                           | tries   |
        | answers with error 503          | 3 times |
        | takes requests and answers none | 1 time  |

    Scenario: The assistant is killed before it could tell
      Given the webhook for alerts answers with error 503
      And the AI service answers with error 503
      And 5 people, one after the other, have asked for summaries
      When the webhook has been tried 2 times
      And the assistant is killed and started again
      And the webhook for alerts recovers
      Then within 6 seconds the on-call engineers are alerted that the AI service is no longer used for summaries

    Scenario: The assistant is killed before it is over
      Given the AI service has failed until the assistant gave up on it for summaries
      And the on-call engineers have been alerted that the AI service is no longer used for summaries
      When the assistant is killed and started again
      And 3 people keep asking for summaries for 1 second
      Then within 2 seconds they are told that it is over
