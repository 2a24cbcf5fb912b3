@assistant
Feature: Several assistants treat the AI service as one, with and without their store

  @RES-CONC-1 @breaker @blocker
  Rule: Whatever one assistant learns of the AI service, all know

    Background:
      Given a second assistant runs

    Scenario: Failures at both assistants add up
      Given each request is tried once
      And the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503
      When 4 people ask for summaries at once
      Then the health page of every assistant says that the AI service is used for summaries
      When a person asks for a summary
      Then the health page of every assistant says that the AI service is not used for summaries

    Scenario: What one assistant has found, both act on
      Given the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503
      And 2 people, one after the other, have asked for summaries
      When 20 people ask for summaries at once
      Then every answer is fallback
      And the AI service received exactly 5 requests

    Scenario: Successes at both assistants add up
      Given an answer may take 3 seconds, and is slow after 2 seconds
      And the AI service has failed until the assistant gave up on it for summaries
      When the AI service is tested again for summaries
      And 2 people ask for summaries at once
      Then every answer is live
      And the health page of every assistant says that the AI service is used for summaries

  @RES-BREAK-4 @breaker @critical
  Rule: Without the store, each assistant goes on from what it knew last

    Background:
      Given the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503
      And 2 people, one after the other, have asked for summaries

    Scenario Outline: The assistant has given up, and the store <fault>
      Given the store <fault>
      When 2 people keep asking for summaries for 1.2 seconds
      Then every answer is fallback
      And the AI service received exactly 5 requests
      And the health page says that the AI service is not used for summaries

      Examples:
        | fault             |
        | is down           |
        | never answers     |
        | cannot be reached |

    Scenario: Another assistant has given up, and the store is down
      Given a second assistant runs
      And every assistant knows that the AI service is not used for summaries
      And the store is down
      When 20 people ask for summaries at once
      Then every answer is fallback
      And the AI service received exactly 5 requests

    Scenario: The store loses all data, and a restart follows
      When the store loses all data
      And a person asks for a summary
      And the assistant is killed and started again
      And 20 people ask for summaries at once
      Then every answer is fallback
      And the AI service received exactly 5 requests

    Scenario: The store is killed, comes back empty, and a restart follows
      Given the store is killed
      When the store recovers
      Then within 2 seconds the health page says that the store is "up"
      When the assistant is killed and started again
      And 20 people ask for summaries at once
      Then every answer is fallback
      And the AI service received exactly 5 requests

  @RES-BREAK-4 @breaker @recovery @critical
  Rule: What was decided without the store holds when it is back

    Scenario: An assistant has given up in the meantime
      Given a second assistant runs
      And the assistant gives up on a service for 30 seconds
      And the store is down
      And the AI service has failed until the assistant gave up on it for summaries
      When the store recovers
      Then within 3 seconds the health page of every assistant says that the AI service is not used for summaries

    Scenario: The AI service has been tested and is used again in the meantime
      Given the AI service has failed until the assistant gave up on it for summaries
      And the store is down
      And the AI service is tested again for summaries
      And 2 people, one after the other, have asked for summaries
      When the store recovers
      Then within 2 seconds the health page says that the store is "up"
      And the health page says that the AI service is used for summaries

  @RES-PIPE-6 @fallback @blocker
  Rule: People are served without the store, and nobody waits for it more than once a second

    Scenario Outline: The store <fault> while people ask
      Given the AI service needs 0.1 seconds for each answer
      And the store <fault>
      When 12 people, one after the other, ask for summaries
      Then every answer is live
      And all of them together waited no longer than 4 seconds
      When the store recovers
      Then within 2 seconds the health page says "healthy"

      Examples:
        | fault                     |
        | is down                   |
        | freezes                   |
        | takes 2 seconds to answer |
        | is out of memory and rejects writes |
