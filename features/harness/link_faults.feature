@harness
Feature: A link fault really has the effect that its name states
  Every verdict depends on faults that were in force. A caller that knows nothing of the fault proxy therefore
  measures each link fault while it is in force, and again after it was lifted.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR

  Rule: A caller notices a link fault while it is in force, and nothing of it afterwards

    @critical
    Scenario Outline: The <dependency> <fault>
      Given the <dependency> <fault>
      When a caller calls the <dependency>
      Then the caller <notices>
      When the <dependency> recovers
      Then a caller of the <dependency> is answered

      Examples: Three protocols, HTTP, Redis and PostgreSQL
        | dependency | fault                        | notices                                         |
        | provider   | is down                      | is refused                                      |
        | provider   | never answers                | is connected but gets no answer for 0.5 seconds |
        | provider   | cannot be reached            | cannot connect within 0.5 seconds               |
        | provider   | takes 0.4 seconds to answer  | is answered after 0.4 seconds or more           |
        | provider   | answers at 2 KB per second   | is answered after 0.2 seconds or more           |
        | provider   | cuts its answers off halfway | is cut off                                      |
        | saved copy | is down                      | is refused                                      |
        | saved copy | never answers                | is connected but gets no answer for 0.5 seconds |
        | saved copy | cannot be reached            | cannot connect within 0.5 seconds               |
        | saved copy | takes 0.2 seconds to answer  | is answered after 0.2 seconds or more           |
        | database   | is down                      | is refused                                      |
        | database   | never answers                | is connected but gets no answer for 0.5 seconds |
        | database   | cannot be reached            | cannot connect within 0.5 seconds               |

    @critical @random
    Scenario: A link that drops 1 in 4 connections drops about as many
      Given the provider drops 1 in 4 connections
      When a caller calls the provider 200 times
      Then from 30 to 70 of the calls were cut off
      And all other calls were answered
