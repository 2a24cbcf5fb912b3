@assistant @load
Feature: However many people ask at once, everybody is answered while the AI service fails

  @RES-PIPE-6 @retry @blocker
  Rule: During an unstable period, many people at once all get the right answer

    Scenario: Every third request fails at first
      Given the assistant gives up on a service after 20 failures, for 30 seconds
      And an answer may take 3 seconds, and is slow after 2 seconds
      And the AI service answers the first attempt of 1 in 3 requests with error 503
      When 40 people ask for summaries at once
      Then every person gets the answer to their own question
      And the AI service received exactly 54 requests

    Scenario: Every third request fails at first, and two assistants serve the people
      Given a second assistant runs
      And the assistant gives up on a service after 20 failures, for 30 seconds
      And an answer may take 3 seconds, and is slow after 2 seconds
      And the AI service answers the first attempt of 1 in 3 requests with error 503
      When 40 people ask for summaries at once
      Then every person gets the answer to their own question
      And the AI service received exactly 54 requests

    Scenario: People ask for different things
      Given an answer may take 3 seconds, and is slow after 2 seconds
      And the AI service needs 0.2 seconds for each answer
      When 40 people ask for all kinds of things at once
      Then every person gets the answer to their own question
      And the AI service received exactly 40 requests

  @RES-EXC-4 @fallback @recovery @blocker
  Rule: When all retries have failed, the service does not crash

    Scenario Outline: The AI service <fault>
      Given the assistant says since when it runs
      And the AI service <fault>
      When 30 people ask for all kinds of things at once
      Then every answer is fallback
      When the AI service recovers
      Then within 3 seconds people get live answers to requests for summaries again
      And the assistant still runs since then

      Examples:
        | fault                           |
        | is down                         |
        | takes requests and answers none |
        | cuts its answers off halfway    |
