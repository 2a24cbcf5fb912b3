@catalog @fallback @CAT-API-4
Feature: When the provider no longer knows us, people are told and the shop stays open
  Rejected credentials do not mend themselves: asking again is useless, somebody has to act.
  Until then the prices of the backup hold, which were agreed with the provider.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @blocker
  Rule: Shoppers are served from the backup

    Scenario Outline: The provider <trouble>
      Given the provider <trouble>
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 21.00 EUR
      And the shopper is told that the prices come from the backup
      And the provider received exactly 1 request, and no other for 0.3 seconds

      Examples: Ways of turning us down for good
        | trouble                           |
        | rejects our credentials           |
        | denies access to our organisation |

  @critical
  Rule: The administrators are alerted once, not each time

    Scenario: The provider goes on rejecting us
      Given the provider rejects our credentials
      When the catalog is updated 3 times
      Then within 2 seconds the administrators have been alerted that the provider rejects us
      And no other alert follows for 1 second
      And neither the alerts nor the log show our credentials

    Scenario: The provider rejects us again after a good time
      Given the provider has rejected us and taken us back
      And the provider rejects our credentials
      When the catalog is updated
      Then within 2 seconds the administrators have been alerted 2 times in all

  @critical @recovery
  Rule: New credentials bring back live prices

    Scenario: The provider takes us back
      Given the provider rejects our credentials
      And a shopper has seen "Europe 5 GB" at 21.00 EUR
      When the provider recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 19.00 EUR again
