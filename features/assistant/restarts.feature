@assistant
Feature: A restart of the assistant does not bring down an AI service that fails
  Deployments, reloads and crashes happen in the middle of an outage, again and again.

  @RES-BREAK-4 @breaker @critical
  Rule: After a restart, a failing service is still not used

    Scenario Outline: The assistant has given up, and <restart>
      Given the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503
      And 2 people, one after the other, have asked for summaries
      When the assistant <restart>
      And 20 people ask for summaries at once
      Then the AI service received exactly 5 requests
      And the health page says that the AI service is not used for summaries

      Examples:
        | restart                      |
        | is stopped and started again |
        | is killed and started again  |
        | is asked to start anew       |

    Scenario Outline: Four of five failures have been counted, and the assistant <restart>
      Given each request is tried once
      And the AI service answers with error 503
      And 4 people, one after the other, have asked for summaries
      When the assistant <restart>
      And a person asks for a summary
      Then the health page says that the AI service is not used for summaries

      Examples:
        | restart                     |
        | is killed and started again |
        | is asked to start anew      |

    Scenario Outline: The AI service is to be tested, and the assistant <restart>
      Given an answer may take 4 seconds, and is slow after 3 seconds
      And the AI service has failed until the assistant gave up on it for summaries
      And the AI service needs 1 second for each answer
      And the AI service is tested again for summaries
      When the assistant <restart>
      And 20 people ask for summaries at once
      Then 2 of the answers are live, and the AI service received exactly 7 requests

      Examples:
        | restart                     |
        | is killed and started again |
        | is asked to start anew      |

    Scenario: One of two tests has succeeded, and the assistant is killed and started again
      Given the AI service has failed until the assistant gave up on it for summaries
      And the AI service is tested again for summaries
      And a person has asked for a summary
      When the assistant is killed and started again
      And a person asks for a summary
      Then the health page says that the AI service is used for summaries
