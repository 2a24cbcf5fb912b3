@assistant
Feature: Engineers can trust their monitoring, most of all during an outage

  @RES-METRIC-1 @normal
  Rule: Each operation has metrics of its own

    Scenario: Only summaries fail
      Given the assistant gives up on a service for 30 seconds
      And the AI service answers with error 503 for summaries
      When 15 people ask for all kinds of things at once
      Then monitoring counts exactly what people were answered
      And monitoring shows that the AI service is not used for summaries, and is used for everything else

    Scenario: Nobody has asked for anything yet
      Then monitoring has every metric of every operation, at 0

    Scenario: A new operation is registered
      When Ana registers "translate" with the instruction "Translate to English."
      Then monitoring has every metric of every operation, at 0
      When a person asks for "translate"
      Then monitoring counts exactly what people were answered

  @RES-METRIC-5 @critical
  Rule: The figures of monitoring equal what people were answered and what the AI service received, exactly

    Scenario Outline: 50 people keep asking an AI service that <fault>
      Given an answer may take 3 seconds, and is slow after 2 seconds
      And the AI service <fault>
      When 50 people keep asking for all kinds of things for 1 second
      Then monitoring counts exactly what people were answered
      And monitoring counts exactly the attempts that the AI service received, apart from requests and with their retries

      Examples:
        | fault                                                       |
        | answers the first attempt of 1 in 3 requests with error 503 |
        | answers with error 503                                      |
        | breaks off its answers                                      |

    Scenario Outline: The AI service <fault>
      Given the AI service <fault>
      When a person asks for a summary
      Then monitoring counts <count> attempts for summaries that ended as <kind>
      And monitoring counts exactly what people were answered

      Examples:
        | fault                                | count | kind          |
        | answers with error 503               | 3     | server_error  |
        | breaks off its answers               | 3     | connection    |
        | takes requests and answers none      | 3     | time_out      |
        | rejects our requests as too frequent | 3     | rate_limited  |
        | sends data of another shape          | 2     | malformed     |
        | answers with error 422               | 1     | rejected      |
        | rejects our credentials              | 1     | misconfigured |

    Scenario: The times are those that people and the AI service know
      Given an answer may take 3 seconds, and is slow after 2 seconds
      And the AI service needs 0.2 seconds for each answer
      When 10 people ask for all kinds of things at once
      Then monitoring gives times no shorter than the AI service took, and no longer than people waited
