@harness
Feature: A link fault has the same effect through either fault proxy
  The suite's own fault proxy injects link faults between processes, Toxiproxy injects them between containers. The verdict must
  not depend on which, so a caller that knows nothing of either tries the same link through both.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR

  @critical @needs.toxiproxy
  Rule: A caller notices the same through either fault proxy, and nothing afterwards

    Scenario Outline: The <dependency> <fault>, through either fault proxy
      Given through either fault proxy, the <dependency> <fault>
      When a caller calls the <dependency> through either fault proxy
      Then through either fault proxy, the caller <notices>
      When both fault proxies lift the fault
      Then a caller of the <dependency> is answered through either fault proxy

      Examples: Three protocols, HTTP, Redis and PostgreSQL
        | dependency | fault                        | notices                                         |
        | provider   | is down                      | is refused                                      |
        | provider   | never answers                | is connected but gets no answer for 0.5 seconds |
        | provider   | takes 0.4 seconds to answer  | is answered after 0.4 seconds or more           |
        | provider   | answers at 2 KB per second   | is answered after 0.2 seconds or more           |
        | provider   | cuts its answers off halfway | is cut off                                      |
        | saved copy | never answers                | is connected but gets no answer for 0.5 seconds |
        | saved copy | takes 2 seconds to answer    | is connected but gets no answer for 0.5 seconds |
        | database   | is down                      | is refused                                      |
        | database   | never answers                | is connected but gets no answer for 0.5 seconds |

    @random
    Scenario: A link that drops 1 in 4 connections drops about as many through either fault proxy
      Given through either fault proxy, the provider drops 1 in 4 connections
      When a caller calls the provider 200 times through either fault proxy
      Then through either fault proxy, from 30 to 70 of the calls were cut off, and all others answered
      When both fault proxies lift the fault
      Then a caller of the provider is answered through either fault proxy
