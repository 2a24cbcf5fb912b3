@assistant
Feature: Programs that ask wrongly learn how to ask, and nobody else notices

  @RES-MIGR-5 @normal
  Rule: What cannot be served is refused before anything is done with it, and the answer says what to correct

    Scenario Outline: A program sends <body>
      When a program sends <body>
      Then the program is refused with <status>, "<error>"
      And the refusal says why, and shows nothing internal
      And the AI service received exactly 0 requests

      Examples:
        | body                                        | status | error             |
        | a request that ends early                   | 400    | malformed_request |
        | a list of requests                          | 400    | malformed_request |
        | a request with two texts                    | 400    | malformed_request |
        | bytes that are no text                      | 400    | malformed_request |
        | a request of 100,001 bytes                  | 413    | too_large         |
        | a request that is nested 40,000 levels deep | 400    | malformed_request |

    Scenario Outline: A program sends <body>
      When a program sends <body>
      Then the program is refused with 422, "invalid_request"
      And the refusal names exactly "<field>", and how to correct it
      And the refusal says why, and shows nothing internal
      And the AI service received exactly 0 requests

      Examples:
        | body                                       | field                   |
        | a request without text                     | text                    |
        | a request with an empty text               | text                    |
        | a request with a text of 20,001 characters | text                    |
        | a request with a number for a text         | text                    |
        | a request with half a character            | text                    |
        | a request for an unknown operation         | operation               |
        | a request with a list for an operation     | operation               |
        | a request with an unknown field            | colour                  |
        | a request with a list for options          | options                 |
        | a request for an answer without a question | options.question        |
        | a request with three mistakes              | text, operation, colour |

    Scenario: The longest text that is allowed is no mistake, in whatever script
      When a program sends a request with a text of 20,000 Chinese characters
      Then the program is served live

    Scenario: Nothing of a refused request is kept
      When a program sends every wrong request there is
      Then nothing of them is in the store

  @RES-MIGR-5 @critical
  Rule: Without the right key nothing is served, changed or shown

    Scenario Outline: A program asks <how>
      When a program asks for a summary <how>
      Then the program is refused with 401, "unauthorized"
      And the AI service received exactly 0 requests

      Examples:
        | how                              |
        | without a key                    |
        | with an unknown key              |
        | with the key of an administrator |
        | with half a key                  |

    Scenario Outline: The administration is opened <how>
      When a program tries each page of the administration <how>
      Then each of them is refused with 401, "unauthorized"
      And the configuration is as it was

      Examples:
        | how                    |
        | without a key          |
        | with the key of people |

  @RES-EXC-4 @critical
  Rule: A wrong request stays one wrong request

    Scenario: People ask while programs send everything that is wrong
      Given an answer may take 3 seconds, and is slow after 2 seconds
      And the assistant says since when it runs
      When 20 people ask for all kinds of things while a program sends every wrong request there is
      Then every answer is live
      And the assistant still runs since then
