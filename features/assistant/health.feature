@assistant
Feature: Engineers on call see at once what customers experience

  @RES-BREAK-2 @critical
  Rule: The health page shows correctly and at once which services are no longer used because they fail

    Scenario: Each state, on the page of each assistant
      Given a second assistant runs
      And the assistant gives up on a service for 2 seconds
      And the AI service has failed until the assistant gave up on it for summaries
      Then the health page of every assistant says that the AI service is not used for summaries
      And within 2.3 seconds the health page of every assistant says that the AI service is tested for summaries
      When 2 people, one after the other, ask for summaries
      Then the health page of every assistant says that the AI service is used for summaries

    Scenario: One of five services is not used
      Given the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503 for summaries
      When 2 people, one after the other, ask for summaries
      And a person asks for everything once
      Then the health page says that the AI service is not used for summaries
      And the health page says that the AI service is used for sentiments
      And the health page says "degraded"

    Scenario: Failures are shown before they are enough
      Given the AI service answers 3 requests with error 503 and then works
      When a person asks for a summary
      Then the health page says that 3 requests for summaries failed in succession
      And the health page says that 0 requests for sentiments failed in succession
      And the health page says "healthy"
      When a person asks for a summary
      Then the health page says that 0 requests for summaries failed in succession

    Scenario Outline: The AI service <fault>
      Given the AI service <fault>
      When a person asks for a summary
      Then the health page says that the AI service is "<state>"
      When the AI service recovers
      And a person asks for a summary
      Then the health page says that the AI service is "up"

      Examples:
        | fault                   | state      |
        | is down                 | down       |
        | never answers           | down       |
        | rejects our credentials | refuses_us |

    Scenario: Nobody has asked yet
      Then the health page says "healthy"
      And the health page says that the AI service is "unknown"
      And the AI service received exactly 0 requests

    Scenario Outline: The store <fault>
      Given the store <fault>
      Then the health page answers within 1 second
      And the health page says that the store is "down"
      And the health page says "degraded"
      When the store recovers
      Then within 2 seconds the health page says that the store is "up"
      And the health page says "healthy"

      Examples:
        | fault             |
        | is down           |
        | freezes           |
        | cannot be reached |

  @RES-BREAK-1 @critical
  Rule: An administrator can stop the use of a service, and have it used again

    Background:
      Given each request is tried once

    Scenario: Ana stops it
      Given a second assistant runs
      When Ana stops the use of the AI service for summaries
      And 10 people ask for summaries at once
      Then the AI service received exactly 0 requests
      And every answer is fallback
      And for 1 second the health page says that the AI service is not used for summaries
      And the audit trail says that Ana changed this last for summaries: "forced"

    Scenario: Ben has it used again
      Given Ana has stopped the use of the AI service for summaries
      When Ben has the AI service used again for summaries
      And a person asks for a summary
      Then the answer is live, after 1 attempt
      And the audit trail says that Ben changed this last for summaries: "reset"

    Scenario: It is used again long before its time, and the count begins anew
      Given the assistant gives up on a service after 5 failures, for 30 seconds
      And the AI service answers with error 503
      And 5 people, one after the other, have asked for summaries
      When an administrator has the AI service used again for summaries
      And 4 people, one after the other, ask for summaries
      Then the AI service received exactly 9 requests
      And the health page says that the AI service is used for summaries
