@catalog @CAT-SYNC-5
Feature: Shoppers can buy all valid bundles even when the provider corrupts others
  The provider sometimes sends a bundle that has a wrong type or lacks a required field. The update sets
  such a bundle aside and reports its name and the reason; all others are stored and sold.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the provider quotes "Japan 3 GB" at 12.00 EUR
    And the provider quotes "Turkey 1 GB" at 7.00 EUR
    And the provider quotes "Spain 2 GB" at 8.00 EUR

  @blocker
  Rule: Valid bundles are stored and sold; corrupt bundles are not

    Scenario: Shoppers see only the valid bundles
      Given the provider corrupts 1 in 2 bundles
      When the catalog is updated
      Then the update reports the provider as its source
      And shoppers see only "Japan 3 GB" at 12.00 EUR and "Spain 2 GB" at 8.00 EUR

    Scenario: No corrupt bundle is stored
      Given the provider sells 1,000 bundles, all at 19.00 EUR
      And the provider corrupts 1 in 10 bundles
      When the catalog is updated
      Then the update has set aside 100 bundles
      And the saved copy and the database hold 900 bundles, all at 19.00 EUR

  @critical
  Rule: Of several bundles with one name, the first is sold

    Scenario: The provider sends a bundle twice, at two prices
      Given the provider quotes "Japan 3 GB" a second time, at 99.00 EUR
      When the catalog is updated
      Then the update has set aside 1 bundle
      And shoppers see "Japan 3 GB" at 12.00 EUR and "Spain 2 GB" at 8.00 EUR

  @critical
  Rule: Operators learn which bundles were set aside, and why

    Scenario: The update's report names the corrupt bundles
      Given the provider corrupts 1 in 2 bundles
      When the catalog is updated
      Then the update has set aside 2 bundles
      And the update has set aside "esim_EU_5GB_30D_V2" because of its "dataAmount"
      And the update has set aside a bundle without a name, "bundle 3" of the page, because of its "name"

    Scenario: The log names the corrupt bundles
      Given the provider corrupts 1 in 2 bundles
      When the catalog is updated
      Then the log reports that "esim_EU_5GB_30D_V2" was set aside because of its "dataAmount"
      And the log reports that "bundle 3" of the page, which has no name, was set aside because of its "name"

  @critical @recovery
  Rule: Once the provider has repaired the bundles, they are sold again

    Scenario: The next update stores every bundle
      Given the catalog has been updated while the provider corrupts 1 in 2 bundles
      When the provider recovers
      And the catalog is updated
      Then the update has set aside 0 bundles
      And shoppers see "Europe 5 GB" at 19.00 EUR and "Turkey 1 GB" at 7.00 EUR
