@assistant
Feature: People get an answer to every request, and the AI service gets no request that it need not have
  At first, each request is tried three times and may take 1.5 seconds. After five failures in succession the assistant gives up
  on the AI service for half a second, and then tests it with two requests.

  @RES-PIPE-1 @critical
  Rule: In normal operation an answer takes one attempt

    Scenario Outline: All is well
      When a person asks for <work>
      Then the answer is live, after 1 attempt
      And the AI service received exactly 1 request, and no other for 0.3 seconds

      Examples:
        | work                    |
        | a summary               |
        | a sentiment             |
        | key points              |
        | questions               |
        | an answer to a question |

  @RES-PIPE-2 @retry @blocker
  Rule: A passing error is retried, and people get their answer

    Scenario Outline: The AI service <fault>
      Given the AI service <fault>
      When a person asks for a summary
      Then the answer is live, after 3 attempts
      And the failures that the answer names are <failures>
      And the AI service received exactly 3 requests

      Examples:
        | fault                                                         | failures                   |
        | fails 2 times and then works                                  | connection, connection     |
        | answers 2 requests with error 503 and then works              | server_error, server_error |
        | answers 2 requests for summaries with error 500 and then works | server_error, server_error |
        | takes 2 requests without an answer and then works             | time_out, time_out         |
        | begins 2 answers without an end and then works                | time_out, time_out         |
        | breaks off 2 answers and then works                           | connection, connection     |
        | rejects 2 requests as too frequent and then works             | rate_limited, rate_limited |

  @RES-PIPE-3 @breaker @blocker
  Rule: Requests to a service that keeps failing are stopped

    Background:
      Given the assistant gives up on a service for 30 seconds

    Scenario Outline: People keep asking an AI service that <fault>
      Given the AI service <fault>
      And 2 people, one after the other, have asked for summaries
      When 20 people ask for summaries at once
      Then every answer is fallback
      And every person waited no longer than 1 second
      And the AI service received exactly 5 requests, and no other for 0.5 seconds

      Examples:
        | fault                       |
        | answers with error 503      |
        | takes requests and answers none |
        | breaks off its answers      |
        | drops requests for summaries |

  @RES-PIPE-4 @recovery @blocker
  Rule: After an outage, normal service returns without manual work

    Scenario Outline: The AI service <fault> for a while
      Given the AI service <fault>
      And 4 people, one after the other, have asked for summaries
      When the AI service recovers
      Then within 2 seconds people get live answers to requests for summaries again
      When 2 people, one after the other, ask for summaries
      Then every answer is live
      And the health page says that the AI service is used for summaries

      Examples:
        | fault                  |
        | is down                |
        | never answers          |
        | cannot be reached      |
        | answers with error 503 |

  @RES-PIPE-5 @fallback @blocker
  Rule: When all attempts have failed, people get a helpful fallback answer

    Scenario Outline: Somebody asks for <work> when the AI service <fault>
      Given the AI service <fault>
      When a person asks for <work>
      Then the person gets a fallback answer that says when to come back
      And the person waited no longer than 1.7 seconds

      Examples:
        | fault                                | work                    |
        | is down                              | a summary               |
        | never answers                        | a sentiment             |
        | cannot be reached                    | key points              |
        | answers with error 503               | questions               |
        | begins its answers and never ends them | an answer to a question |
        | rejects our requests as too frequent | a summary               |
        | rejects our credentials              | a summary               |

    Scenario: An earlier answer to the same question is better than a fallback answer
      Given a person has asked for a summary
      And the AI service answers with error 503
      When the person asks for the same again, until the AI service is asked
      Then the answer is cached, after 3 attempts
      And the failures that the answer names are server_error, server_error, server_error

    Scenario: Many requests fail at once, and each gets one fallback answer
      Given the AI service answers with error 503
      When 20 people ask for summaries at once
      Then every answer is fallback
      And monitoring counts 20 requests for summaries that ended as fallback
