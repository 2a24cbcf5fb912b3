@catalog @retry @CAT-API-6
Feature: Shoppers see fresh prices of every group that the provider still delivers
  The provider sells its bundles in groups. When one group fails, the service still updates
  the others, and requests only the failed group again.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR in the group "Europe"
    And the provider quotes "Japan 3 GB" at 12.00 EUR in the group "Asia"
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR and "Japan 3 GB" at 11.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @critical
  Rule: Groups that were delivered are updated; a failed group keeps its old prices

    Scenario: One group fails
      Given the provider answers with error 500 for "Asia"
      When the catalog is updated
      Then the update reports that "Asia" failed and "Europe" did not
      And shoppers see "Europe 5 GB" at 19.00 EUR and "Japan 3 GB" at 11.00 EUR
      And the status page says "degraded"

    Scenario: The saved copy holds the new and the old prices
      Given the provider answers with error 500 for "Asia"
      When the catalog is updated
      Then the saved copy holds "Europe 5 GB" at 19.00 EUR
      And the saved copy holds "Japan 3 GB" at 11.00 EUR

  @critical
  Rule: When every group fails, each in its own way, the failure that matters most decides

    Scenario Outline: One group is answered with error 500, and the provider <failure>
      Given the provider answers with error 500 for "Europe"
      And the provider <failure>
      When the catalog is updated
      Then the update stored nothing new, because of "<kind>"

      Examples: In the order of the contract
        | failure                                     | kind          |
        | answers with error 403 for "Asia"           | unauthorised  |
        | answers with error 429 for "Asia"           | rate_limited  |
        | never answers for "Asia"                    | timeout       |
        | closes the connection for "Asia"            | unreachable   |
        | sends an answer that is not JSON for "Asia" | server_error  |

  @CAT-SYNC-3 @critical
  Rule: Only a complete update renews the backup

    Scenario: One group fails while the service renews the backup
      Given the service renews the backup
      And the provider answers with error 500 for "Asia"
      When the catalog is updated
      Then the update reports that "Asia" failed and "Europe" did not
      And the backup still holds "Europe 5 GB" at 21.00 EUR after 1 second

  @CAT-API-4 @critical
  Rule: A group that our credentials do not open is a partial failure, and an alert

    Scenario: The provider denies access to one group
      Given the provider answers with error 403 for "Asia"
      When the catalog is updated
      Then the update reports that "Asia" failed and "Europe" did not
      And within 2 seconds the administrators have been alerted that the provider rejects our credentials

  @critical @recovery
  Rule: Only the failed group is requested again

    Scenario: The group recovers
      Given the provider answers with error 500 for "Asia"
      And the catalog has been updated in part
      When the provider recovers
      Then within 5 seconds shoppers see "Japan 3 GB" at 12.00 EUR again
      And the provider was asked for "Europe" exactly once, and for "Asia" at least twice
