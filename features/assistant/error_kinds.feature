@assistant @retry
Feature: People wait for another attempt only where it can help
  At first, each request is tried three times and may take 1.5 seconds; an attempt may take 0.4 seconds.

  @RES-EXC-1 @critical
  Rule: Temporary errors are retried, and permanent errors are not

    Scenario Outline: Error <error> is temporary
      Given the AI service answers with error <error>
      When a person asks for a summary
      Then the answer is fallback, after 3 attempts
      And the AI service received exactly 3 requests, and no other for 0.3 seconds

      Examples:
        | error |
        | 408   |
        | 500   |
        | 502   |
        | 503   |
        | 504   |

    Scenario Outline: Error <error> means that the request will never be answered
      Given the AI service answers with error <error>
      When a person asks for a summary
      Then the person is refused with 422, "rejected"
      And the AI service received exactly 1 request, and no other for 0.3 seconds

      Examples:
        | error |
        | 400   |
        | 413   |
        | 422   |

    Scenario Outline: Error <error> means that we have to change something
      Given the AI service answers with error <error>
      When a person asks for a summary
      Then the answer is fallback, after 1 attempt
      And the failures that the answer names are misconfigured
      And the AI service received exactly 1 request, and no other for 0.3 seconds

      Examples:
        | error |
        | 401   |
        | 403   |
        | 404   |

    Scenario: Many requests that will never be answered do not stop those that can be
      Given the AI service answers with error 400
      And 8 people, one after the other, have asked for summaries
      When the AI service recovers
      And a person asks for a summary
      Then the answer is live, after 1 attempt

  @RES-EXC-2 @normal
  Rule: Each kind of error has its own retry rule

    Scenario: After a server error the waits grow
      Given each request is tried 6 times
      And a request may take 4 seconds in all
      And the assistant gives up on a service after 10 failures, for 30 seconds
      And the AI service answers with error 503
      When a person asks for a summary
      Then the AI service received exactly 6 requests
      And the AI service was asked again after 0.05 seconds, then twice as long, 0.2 seconds at most, and up to 0.05 seconds more

    Scenario: Those whose attempts failed together do not all come back together
      Given the assistant waits up to 0.5 seconds longer, by chance, before it tries again
      And the assistant gives up on a service after 20 failures, for 30 seconds
      And the AI service answers 19 requests with error 503 and then works
      When 19 people ask for summaries at once
      Then every answer is live
      And the AI service was asked again after waits that differed by at least 0.2 seconds

    Scenario Outline: The AI service asks us to wait, and that is possible: it <fault>
      Given a request may take 4 seconds in all
      And the AI service <fault>
      When a person asks for a summary
      Then the answer is live, after 2 attempts
      And the AI service received no request before the time that it had named

      Examples:
        | fault                                                        |
        | asks us once to retry in 1 second and then works             |
        | asks us once to retry at a time 1 second away and then works |

    Scenario Outline: The AI service asks us to wait longer than the person can: it <fault>
      Given the AI service <fault>
      When a person asks for a summary
      Then the answer is fallback, after 1 attempt
      And the person waited no longer than 0.5 seconds
      And the AI service received exactly 1 request, and no other for 0.3 seconds

      Examples:
        | fault                                      |
        | asks us to retry in 30 seconds             |
        | asks us to retry at a time 30 seconds away |

    Scenario Outline: What the AI service sends is no answer: <what>
      Given the assistant waits 1 second before it tries again
      And the AI service sends <what>
      When a person asks for a summary
      Then the answer is fallback, after 2 attempts
      And the failures that the answer names are malformed, malformed
      And the AI service was asked again at once, without that wait of 1 second

      Examples:
        | what                           |
        | an empty body                  |
        | a text that is not JSON        |
        | data of another shape          |
        | an error with status 200       |
        | no choice of answers           |
        | an answer without text         |
        | an answer that is not text     |
        | an answer that was not finished |

    Scenario: The second answer is one
      Given the AI service sends an empty body once and then works
      When a person asks for a summary
      Then the answer is live, after 2 attempts
      And the failures that the answer names are malformed

    Scenario Outline: An attempt ends after its time limit, and the AI service can stop working on it: it <fault>
      Given the AI service <fault>
      When a person asks for a summary
      Then the answer is fallback, after 3 attempts
      And the AI service received exactly 3 requests
      And the AI service can stop working on each request 0.4 seconds after it came

      Examples:
        | fault                                  |
        | takes requests and answers none        |
        | begins its answers and never ends them |
        | needs 10 seconds for summaries         |

    Scenario: All attempts together end with the request's own time limit
      Given an answer may take 1 second, and is slow after 0.9 seconds
      And a request may take 1.4 seconds in all
      And the AI service takes requests and answers none
      When a person asks for a summary
      Then the answer is fallback, after 2 attempts
      And the person waited no longer than 1.55 seconds
      And the AI service can stop working on each request 1 second after it came

  @RES-EXC-3 @critical
  Rule: Every retry sends exactly the same request

    Scenario Outline: A person asks for <work>
      Given the AI service answers 2 requests with error 503 and then works
      When a person asks for <work>
      Then the answer is live, after 3 attempts
      And the AI service received each request, however often, in the same words, its attempts numbered

      Examples:
        | work                    |
        | a summary               |
        | an answer to a question |

    Scenario: Many people ask at once
      Given the assistant gives up on a service after 20 failures, for 30 seconds
      And an answer may take 3 seconds, and is slow after 2 seconds
      And the AI service answers the first attempt of 1 in 3 requests with error 503
      When 30 people ask for summaries at once
      Then every person gets the answer to their own question
      And the AI service received each request, however often, in the same words, its attempts numbered

    Scenario: A program names its request
      Given the AI service answers 2 requests with error 503 and then works
      When a program asks for a summary, and calls its request "order-7.b"
      Then the answer is live, after 3 attempts
      And the answer and each attempt have the name "order-7.b"

    Scenario Outline: A program calls its request "<name>", which is no name
      When a program asks for a summary, and calls its request "<name>"
      Then the answer is live, after 1 attempt
      And the answer and each attempt have the same name, and not "<name>"

      Examples:
        | name                                                              |
        | order 7                                                           |
        | order/7                                                           |
        | a-name-of-65-characters-which-is-one-more-than-a-name-may-have--- |

  @RES-EXC-5 @normal
  Rule: Every error and every retry is recorded

    Scenario: All attempts fail
      Given the AI service answers with error 503
      When a person asks for a summary
      Then the audit trail of that request has 3 failed attempts: server_error, server_error, server_error
      And it says what was decided after each: retry, retry, fallback
      And it says that the answer was fallback

    Scenario: The first error is not lost behind those that follow
      Given the AI service answers once with error 500 and then breaks off its answers
      When a person asks for a summary
      Then the failures that the answer names are server_error, connection, connection
      And the audit trail of that request has 3 failed attempts: server_error, connection, connection
