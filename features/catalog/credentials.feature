@catalog @fallback @CAT-API-4
Feature: Shoppers are served when the provider rejects our credentials, and administrators are alerted
  Rejected credentials need an administrator; retries are useless. Until new credentials are
  in place, the service shows the prices of the backup, which were agreed with the provider.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @blocker
  Rule: Shoppers are served from the backup

    Scenario Outline: The provider <fault>
      Given the provider <fault>
      When a shopper opens the catalog
      Then the provider received exactly 1 request, and no other for 0.3 seconds
      And the shopper sees "Europe 5 GB" at 21.00 EUR
      And the answer names the backup as the source of the prices

      Examples: Ways of rejecting us permanently
        | fault                             |
        | rejects our credentials           |
        | denies access to our organisation |

    Scenario: Without a usable backup the saved copy serves
      Given the provider rejects our credentials
      And the backup holds damaged data
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the answer names the saved copy, 2 hours old, as the source of the prices

  @critical
  Rule: The administrators are alerted once per rejection, not once per update

    Scenario: The provider keeps rejecting our credentials
      Given the provider rejects our credentials
      When the catalog is updated 3 times
      Then within 2 seconds the administrators have been alerted that the provider rejects our credentials
      And no other alert follows for 1 second
      And neither the alerts nor the log show our credentials

    Scenario: The provider rejects our credentials again after accepting them
      Given the provider has rejected our credentials and accepted them again
      And the provider rejects our credentials
      When the catalog is updated
      Then within 2 seconds the administrators have been alerted 2 times in total

    Scenario: Several services find out that the provider rejects our credentials
      Given a second catalog service runs
      And the provider rejects our credentials
      When each catalog service updates the catalog in turn
      Then within 2 seconds the administrators have been alerted once, and no other alert follows for 0.5 seconds

    Scenario: An administrator reads the alert
      Given the provider rejects our credentials
      When the catalog is updated
      Then within 2 seconds an alert says how severe it is, what has happened, when, and in which service

    Scenario: An operator looks how many alerts there were
      Given the provider rejects our credentials
      When the catalog is updated
      Then within 2 seconds monitoring counts 1 alert

  @critical @recovery
  Rule: New credentials bring back live prices

    Scenario: The provider accepts our new credentials
      Given the provider rejects our credentials
      And a shopper has seen "Europe 5 GB" at 21.00 EUR
      When the provider recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 19.00 EUR again
