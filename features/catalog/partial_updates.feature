@catalog @retry @CAT-API-6
Feature: A provider that fails in part still updates the rest
  The provider sells its bundles in groups. When one group cannot be had, the others are
  brought up to date all the same, and only the missing one is asked for again.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR in the group "Europe"
    And the provider quotes "Japan 3 GB" at 12.00 EUR in the group "Asia"
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR and "Japan 3 GB" at 11.00 EUR

  @critical
  Rule: What can be had is fresh, what cannot be had is as before

    Scenario: One group fails
      Given the provider answers with error 500 for "Asia"
      When the catalog is updated
      Then the update says that "Asia" failed and "Europe" did not
      And shoppers see "Europe 5 GB" at 19.00 EUR and "Japan 3 GB" at 11.00 EUR

    Scenario: The saved copy tells the same
      Given the provider answers with error 500 for "Asia"
      When the catalog is updated
      Then the saved copy holds "Europe 5 GB" at 19.00 EUR
      And the saved copy holds "Japan 3 GB" at 11.00 EUR

  @critical @recovery
  Rule: Only what failed is asked for again

    Scenario: The group comes back
      Given the provider answers with error 500 for "Asia"
      And the catalog has been updated in part
      When the provider recovers
      Then within 5 seconds shoppers see "Japan 3 GB" at 12.00 EUR again
      And the provider was asked for "Europe" exactly once
      And the provider was asked for "Asia" at least twice
