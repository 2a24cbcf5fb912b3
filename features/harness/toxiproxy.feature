@harness
Feature: A broken link looks the same, whichever fault proxy breaks it
  Among processes our own fault proxy breaks the links, among containers it is Toxiproxy. No verdict may depend on
  which, so somebody who knows nothing of either tries the same link by both ways.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR

  @critical @needs.toxiproxy
  Rule: A caller notices the same by either way, and nothing once it is over

    Scenario Outline: The <dependency> <trouble>, by either way
      Given our fault proxy and Toxiproxy each lead to the <dependency>
      And by either way the <dependency> <trouble>
      When somebody calls the <dependency> by either way
      Then either caller <notices>
      And once both ways to the <dependency> are mended, either caller is answered

      Examples: Three protocols, HTTP, Redis and PostgreSQL
        | dependency | trouble                     | notices                                        |
        | provider   | is down                     | is refused                                     |
        | provider   | never answers               | is connected and hears nothing for 0.5 seconds |
        | provider   | takes 0.4 seconds to answer | is answered after 0.4 seconds or more          |
        | provider   | answers at 2 KB per second  | is answered after 0.2 seconds or more          |
        | provider   | cuts answers off halfway    | is cut off                                     |
        | saved copy | never answers               | is connected and hears nothing for 0.5 seconds |
        | saved copy | takes 2 seconds to answer   | is connected and hears nothing for 0.5 seconds |
        | database   | is down                     | is refused                                     |
        | database   | never answers               | is connected and hears nothing for 0.5 seconds |

    @random
    Scenario: A link that drops 1 in 4 connections drops about as many by either way
      Given our fault proxy and Toxiproxy each lead to the provider
      And by either way the provider drops 1 in 4 connections
      When somebody calls the provider 200 times by either way
      Then by either way from 30 to 70 of the calls were cut off, and all others answered
      And once both ways to the provider are mended, either caller is answered
