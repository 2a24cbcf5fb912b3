@catalog @retry @CAT-API-2 @critical
Feature: When the provider says "not so often", we listen, and shoppers do not notice
  A provider that is asked too often turns us away and may say when to come back. Until then we
  leave it alone, whoever asks, and serve what we have.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  Rule: Until the time that the provider named, it is left alone

    Scenario Outline: The provider <trouble>
      Given the provider <trouble>
      When 20 shoppers open the catalog at once
      And the catalog is updated
      Then every shopper sees "Europe 5 GB" at 18.00 EUR
      And the provider received exactly 1 request
      And the update reports that the service is waiting for the provider

      Examples: Ways of saying it
        | trouble                                   |
        | asks us to retry in 3 seconds             |
        | asks us to retry at a time 3 seconds away |
        | rejects our requests as too frequent      |

  @recovery
  Rule: When the time has come, the provider is used again

    Scenario Outline: The provider <trouble>
      Given the provider <trouble>
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the provider recovers
      Then within 6 seconds shoppers see "Europe 5 GB" at 19.00 EUR again
      And the provider received no request before the time that it had named

      Examples: Ways of saying it
        | trouble                                   |
        | asks us to retry in 2 seconds             |
        | asks us to retry at a time 2 seconds away |

    Scenario: A restart does not make us forget
      Given the provider asks us to retry in 30 seconds
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the catalog service is killed and started again
      And a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the provider received exactly 1 request
