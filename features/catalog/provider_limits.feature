@catalog @retry @CAT-API-2 @critical
Feature: Shoppers are served while the provider limits our requests, and we respect its limit
  A provider that receives too many requests rejects them and may name a time for a retry. Until
  that time the service sends it no request, and serves the saved copy.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  Rule: The provider receives no request before the time that it has named

    Background:
      Given the service pauses for 30 seconds where the provider names no time

    Scenario Outline: The provider <fault>
      Given the provider <fault>
      When 20 shoppers open the catalog at once
      And the catalog is updated
      Then every shopper sees "Europe 5 GB" at 18.00 EUR, and the provider received exactly 1 request
      And the update reports that the service is waiting for the provider

      Examples: Forms of the rejection
        | fault                                      |
        | asks us to retry in 30 seconds             |
        | asks us to retry at a time 30 seconds away |
        | rejects our requests as too frequent       |

  Rule: A pause ends after a day at most, whatever the provider names

    Scenario Outline: The provider <fault>
      Given the provider <fault>
      When the catalog is updated
      Then the pause that the services share ends after 1 day

      Examples: Forms of the rejection
        | fault                                  |
        | asks us to retry in 3 days             |
        | asks us to retry at a time 3 days away |

  Rule: Without a named time, each pause is twice as long as the one before

    Scenario: The provider keeps rejecting our requests
      Given the provider rejects our requests as too frequent
      When 2 shoppers keep opening the catalog for 3 seconds
      Then the pauses between the requests began at 0.3 seconds and doubled each time

  @recovery
  Rule: The provider is used again after the time that it has named

    Scenario Outline: The provider <fault>
      Given the provider <fault>
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the provider recovers
      Then within 6 seconds shoppers see "Europe 5 GB" at 19.00 EUR again
      And the provider received no request before the time that it had named

      Examples: Forms of the rejection
        | fault                                     |
        | asks us to retry in 2 seconds             |
        | asks us to retry at a time 2 seconds away |

    Scenario: The limit still holds after a restart
      Given the provider asks us to retry in 30 seconds, and a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the catalog service is killed and started again
      And a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the provider received exactly 1 request
