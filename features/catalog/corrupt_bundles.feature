@catalog @CAT-SYNC-5
Feature: Corrupt bundles among good ones cost us those bundles and no others
  The provider sometimes sends a bundle whose price is no number, or that lacks what a bundle must have.
  Such a bundle is set aside, by name and with the reason; all others are stored and sold.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the provider quotes "Japan 3 GB" at 12.00 EUR
    And the provider quotes "Turkey 1 GB" at 7.00 EUR
    And the provider quotes "Spain 2 GB" at 8.00 EUR

  @blocker
  Rule: The good ones are stored and sold, the corrupt ones are not

    Scenario: Shoppers see the good ones
      Given the provider sends 1 in 2 bundles corrupt
      When the catalog is updated
      Then the update reports the provider as its source
      And shoppers see only "Japan 3 GB" at 12.00 EUR and "Spain 2 GB" at 8.00 EUR

    Scenario: Nothing of the corrupt ones is stored
      Given the provider sells 1,000 bundles, all at 19.00 EUR
      And the provider sends 1 in 10 bundles corrupt
      When the catalog is updated
      Then the update has set aside 100 bundles
      And the saved copy and the database hold 900 bundles, all at 19.00 EUR

  @critical
  Rule: Operators are told which ones, and why

    Scenario: The report names them
      Given the provider sends 1 in 2 bundles corrupt
      When the catalog is updated
      Then the update has set aside 2 bundles
      And the update has set aside "esim_EU_5GB_30D_V2" because of its "dataAmount"
      And the update has set aside a bundle without a name, "bundle 3" of the page, because of its "name"

    Scenario: The log names them
      Given the provider sends 1 in 2 bundles corrupt
      When the catalog is updated
      Then the log tells that "esim_EU_5GB_30D_V2" was set aside because of its "dataAmount"
      And the log tells that "bundle 3" of the page, which has no name, was set aside because of its "name"

  @critical @recovery
  Rule: Once the provider has mended them they are sold again

    Scenario: The next update takes all of them
      Given the provider sends 1 in 2 bundles corrupt
      And the catalog has been updated
      When the provider recovers
      And the catalog is updated
      Then the update has set aside 0 bundles
      And shoppers see "Europe 5 GB" at 19.00 EUR and "Turkey 1 GB" at 7.00 EUR
