@harness
Feature: A broken link is really broken, as seen by somebody else
  Every verdict stands on faults that were in force. So each way of breaking a link is measured here by a
  caller who knows nothing of how it was broken, and again after it was mended.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR

  Rule: A caller notices what the words say, and nothing once it is over

    @critical
    Scenario Outline: The <dependency> <trouble>
      Given the <dependency> <trouble>
      When somebody calls the <dependency>
      Then the caller <notices>
      And once the <dependency> has recovered, a caller is answered

      Examples: Two protocols, HTTP and Redis
        | dependency | trouble                     | notices                                            |
        | provider   | is down                     | is refused                                         |
        | provider   | never answers               | is connected and hears nothing for 0.5 seconds        |
        | provider   | cannot be reached           | is not even connected within 0.5 seconds              |
        | provider   | takes 0.4 seconds to answer | is answered after 0.4 seconds or more              |
        | provider   | answers at 2 KB per second  | is answered after 0.2 seconds or more              |
        | provider   | cuts answers off halfway    | is cut off                                         |
        | saved copy | is down                     | is refused                                         |
        | saved copy | never answers               | is connected and hears nothing for 0.5 seconds        |
        | saved copy | cannot be reached           | is not even connected within 0.5 seconds              |
        | saved copy | takes 0.2 seconds to answer | is answered after 0.2 seconds or more              |
        | database   | is down                     | is refused                                         |
        | database   | never answers               | is connected and hears nothing for 0.5 seconds        |
        | database   | cannot be reached           | is not even connected within 0.5 seconds              |

    @critical @random
    Scenario: A link that drops 1 in 4 connections drops about as many
      Given the provider drops 1 in 4 connections
      When somebody calls the provider 200 times
      Then from 30 to 70 of the calls were cut off
      And all other calls were answered
