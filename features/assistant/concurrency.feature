@assistant @RES-CONC-1 @breaker
Feature: Error handling decides and counts correctly when it is needed most, with many requests at once at two assistants

  Background:
    Given a second assistant runs
    And an answer may take 3 seconds, and is slow after 2 seconds

  @blocker
  Rule: Failures that happen at the same time are all counted

    Scenario Outline: <people> of 20 failures that it takes to give up
      Given each request is tried once
      And the assistant gives up on a service after 20 failures, for 30 seconds
      And the AI service answers with error 503
      When <people> people ask for summaries at once
      Then the health page of every assistant says that the AI service <state> for summaries
      And the AI service received exactly <people> requests

      Examples:
        | people | state       |
        | 19     | is used     |
        | 20     | is not used |

    Scenario: Many requests fail at once, far more than it takes to give up
      Given the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503
      When 60 people ask for all kinds of things at once
      Then monitoring counts for summaries that the assistants gave up once, and never used the AI service again
      And monitoring counts exactly what people were answered
      And monitoring counts exactly the attempts that the AI service received, apart from requests and with their retries

  @retry @blocker
  Rule: Requests that are repeated at the same time are each repeated as often as they should be

    Scenario: Every third request fails at first
      Given the assistant gives up on a service after 20 failures, for 30 seconds
      And the AI service answers the first attempt of 1 in 3 requests with error 503
      When 60 people ask for all kinds of things at once
      Then the AI service received exactly 80 requests
      And every person gets the answer to their own question
      And monitoring counts exactly the attempts that the AI service received, apart from requests and with their retries
      And monitoring counts exactly what people were answered

    Scenario: Every request fails, and nobody gives up
      Given the assistant gives up on a service after 20 failures, for 30 seconds
      And the AI service answers with error 500 for summaries
      When 6 people ask for summaries at once
      Then the AI service received exactly 18 requests
      And the AI service received each request, however often, in the same words, its attempts numbered
      And the health pages of both assistants show 18 failures for summaries, and that the AI service is used

  @recovery @blocker
  Rule: Of many requests at once, as many test the service as should

    Scenario: The AI service works again, and everybody asks
      Given a service that failed is tested with 4 requests
      And the AI service has failed until the assistant gave up on it for summaries
      And the AI service is tested again for summaries, and needs 1 second for each answer
      When 40 people ask for summaries at once
      Then 4 of the answers are live, and the AI service received exactly 9 requests
      And monitoring counts for summaries that the assistants gave up once, and used the AI service again once
      And monitoring counts exactly what people were answered
