@assistant
Feature: People who ask for one thing do not wait for those who ask for another

  @RES-BREAK-5 @fallback @blocker
  Rule: An operation that has become slow fills its own places only, and whoever finds none is answered soon

    Background:
      Given each request is tried once
      And an answer may take 2 seconds, and is slow after 1.5 seconds
      And 3 requests of a kind may be with the AI service at once, and others wait 0.3 seconds for a place

    Scenario: Summaries take all of their places
      Given the AI service takes requests for summaries and answers none
      And 3 people have asked for summaries, and wait for their answers
      When a person asks for a summary
      Then the person waited no longer than 1 second
      And the failures that the answer names are bulkhead_full
      And the AI service received exactly 3 requests for summaries

    Scenario: Summaries take all of their places while people ask for other things
      Given the AI service takes requests for summaries and answers none
      And 3 people have asked for summaries, and wait for their answers
      When 12 people ask for all kinds of things but summaries at once
      Then every person gets the answer to their own question
      And every person waited no longer than 1 second

    Scenario: Many people ask for the same at once
      Given the AI service needs 1 second for each answer
      When 20 people ask for summaries at once
      Then 3 of the answers are live, and the AI service received exactly 3 requests
      And every person waited no longer than 2 seconds

    Scenario: A stored answer is better than a fallback answer
      Given a person has asked for a summary
      And the AI service takes requests for summaries and answers none
      And 3 people have asked for summaries, and wait for their answers
      When the person asks for the same again, until the AI service is asked
      Then the answer is cached, after 0 attempts
      And the failures that the answer names are bulkhead_full

    Scenario Outline: The places are free again after requests that <end>
      Given the AI service <fault>
      And 3 people have asked for summaries, and wait for their answers
      And those who waited have been answered
      When the AI service recovers
      And 3 people ask for summaries at once
      Then every answer is live

      Examples:
        | end              | fault                                |
        | got no answer    | takes requests and answers none      |
        | failed           | breaks off its answers               |
        | will never do    | answers with error 400               |

  @RES-BREAK-5 @blocker
  Rule: Whoever waits for a place gets one as soon as it is free

    Scenario: Nine people, three places
      Given an answer may take 3 seconds, and is slow after 2 seconds
      And 3 requests of a kind may be with the AI service at once, and others wait 3 seconds for a place
      And the AI service needs 0.3 seconds for each answer
      When 9 people ask for summaries at once
      Then every answer is live
      And at most 3 requests for summaries were with the AI service at the same time
      And every person waited no longer than 2 seconds
