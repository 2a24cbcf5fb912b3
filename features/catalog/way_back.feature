@catalog @fallback
Feature: Shoppers see live prices again once a failed part has recovered
  The service returns to better sources without intervention: it uses the first source that recovers, and the
  provider as soon as it recovers. Each source quotes its own price, so the price proves the source.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @CAT-CHAIN-4 @critical @recovery
  Rule: The service returns to the best working source without intervention

    Scenario: The provider recovers
      Given the provider is down
      And an update has stored nothing new
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the provider recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 19.00 EUR again

    Scenario: The saved copy recovers before the provider
      Given the provider and the saved copy are down
      And an update has stored nothing new
      And a shopper has seen "Europe 5 GB" at 21.00 EUR
      When the saved copy recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 18.00 EUR again

    Scenario: The provider recovers after every source was down
      Given the provider, the saved copy and the backup are down
      And an update has stored nothing new
      And a shopper has been asked to come back shortly
      When the provider recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 19.00 EUR again

    Scenario: A crowd does not overload the provider that has just recovered
      Given the provider is down
      And an update has stored nothing new, and a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the provider recovers
      And 50 shoppers keep opening the catalog for 1 second
      Then every shopper was served, and the provider was asked for its catalog exactly once

  @CAT-CHAIN-4 @critical @recovery
  Rule: A service that crashes serves from the same sources after its restart

    Scenario: The service is killed while the provider is down
      Given the provider is down
      And an update has stored nothing new
      When the catalog service is killed and started again
      Then within 5 seconds shoppers see "Europe 5 GB" at 18.00 EUR again
