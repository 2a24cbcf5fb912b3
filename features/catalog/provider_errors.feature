@catalog @fallback @CAT-API-3 @critical
Feature: Shoppers are served at once when the provider answers with errors, and monitoring counts the errors
  An immediate retry does not help a provider that answers with a server error.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  Rule: A request that ends in a server error is not retried at once

    Scenario Outline: The provider answers with error <error>
      Given the provider answers with error <error>
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the shopper waited no longer than 1 second
      And the provider received exactly 1 request, and no other for 0.3 seconds

      Examples:
        | error |
        | 500   |
        | 502   |
        | 503   |

  Rule: The status page is shown at once, and costs the provider nothing

    Scenario: A part never answers
      Given the saved copy never answers
      When an operator opens the status page
      Then the status page was shown within 1 second
      And it shows the saved copy as "down"
      And the provider received no request for 1 second

    Scenario: The database is down
      Given the database is down
      When an operator opens the status page
      Then it shows the database as "down"

  Rule: Each error is visible to monitoring

    Scenario Outline: Error <error> is counted and logged
      Given the provider answers with error <error>
      When the catalog is updated
      Then monitoring counts 1 failed request to the provider
      And the error log names the provider and the error <error>
      And the status page shows the provider as "down"

      Examples:
        | error |
        | 500   |
        | 502   |
        | 503   |
