@assistant
Feature: Everybody who has asked is answered, although the assistant stops

  @RES-EXC-4 @blocker
  Rule: The assistant ends within three seconds, and not before everybody has an answer

    Background:
      Given an answer may take 8 seconds, and is slow after 5 seconds

    Scenario Outline: It stops while the AI service <fault>
      Given the AI service <fault>
      And 5 people have asked for summaries, and wait for their answers
      When the assistant is asked to stop
      And those who waited are answered
      Then every person was answered
      And it ends with exit status 0 within 3 seconds

      Examples:
        | fault                           |
        | needs 1 second for each answer  |
        | takes requests and answers none |

    Scenario: It stops while the store does not answer either
      Given the AI service takes requests and answers none
      And 5 people have asked for summaries, and wait for their answers
      And the store freezes
      When the assistant is asked to stop
      And those who waited are answered
      Then every answer is fallback
      And it ends with exit status 0 within 3 seconds

    Scenario: It stops while people wait for the next attempt
      Given the assistant waits 5 seconds before it tries again
      And the AI service answers with error 503
      And 2 people have asked for summaries, and wait for their answers
      When the assistant is asked to stop
      And those who waited are answered
      Then every answer is fallback
      And it ends with exit status 0 within 3 seconds
