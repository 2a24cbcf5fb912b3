@assistant @RES-METRIC-6
Feature: Managers see how the assistant has fared, today and before

  @minor
  Rule: The history of each operation adds up to what happened

    Background:
      Given an answer may take 3 seconds, and is slow after 2 seconds

    Scenario: Good and bad answers
      Given the AI service answers the first attempt of 1 in 3 requests with error 503
      When 20 people ask for all kinds of things at once
      And the AI service recovers and from then on answers with error 503 for sentiments
      And 3 people keep asking for all kinds of things for 1 second
      Then within 1 second the history adds up to what people were answered and the AI service received

    Scenario: Slow answers
      Given the AI service needs 0.3 seconds for each answer
      When 10 people ask for all kinds of things at once
      Then within 1 second the history adds up to what people were answered and the AI service received
      And its times are no shorter than 0.3 seconds, and no longer than people waited

    Scenario: A long time is looked at in long steps
      When 3 people keep asking for all kinds of things for 1 second
      And Ana looks at the history in steps of 86400 seconds
      Then within 1 second the history adds up to what people were answered and the AI service received
      And it has one row for each operation and step

    Scenario: One operation, until something happened
      Given 10 people have asked for all kinds of things, which the history has recorded
      When Ana looks at the history of summaries until now
      And 10 people ask for all kinds of things at once
      Then for 0.5 seconds that history shows 2 requests, all of them for summaries

    Scenario: All operations, since something happened
      Given 10 people have asked for all kinds of things, which the history has recorded
      When Ana looks at the history since now
      And 3 people, one after the other, ask for summaries
      Then within 1 second that history shows 3 requests, all of them for summaries

  @recovery @minor
  Rule: The history is kept over restarts

    Scenario Outline: The assistant <ends>
      Given 10 people have asked for all kinds of things, which the history has recorded
      When the assistant <ends>
      And 10 people ask for all kinds of things at once
      Then within 1 second the history adds up to what people were answered and the AI service received

      Examples:
        | ends                        |
        | is killed and started again |
        | is asked to start anew      |

    Scenario: What is not yet recorded is recorded at the end
      Given the history is recorded every 60 seconds
      When 10 people ask for all kinds of things at once
      And the assistant is stopped and started again
      Then within 1 second the history adds up to what people were answered and the AI service received
