@catalog @fallback
Feature: When what had failed is back, shoppers see live prices again
  The chain is climbed as it was gone down: whatever source comes back first is used first, and nobody has to do
  anything about it. Each source quotes its own price, so the price proves the source.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @CAT-CHAIN-4 @critical @recovery
  Rule: The way back up needs nobody's help

    Scenario: The provider comes back
      Given the provider is down
      And an update has stored nothing new
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the provider recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 19.00 EUR again

    Scenario: The saved copy comes back before the provider does
      Given the provider and the saved copy are down
      And an update has stored nothing new
      And a shopper has seen "Europe 5 GB" at 21.00 EUR
      When the saved copy recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 18.00 EUR again

    Scenario: The provider comes back after everything was down
      Given the provider, the saved copy and the backup are down
      And an update has stored nothing new
      And a shopper has been asked to come back shortly
      When the provider recovers
      Then within 5 seconds shoppers see "Europe 5 GB" at 19.00 EUR again

    Scenario: A crowd does not trample the provider that has just come back
      Given the provider is down
      And an update has stored nothing new
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      When the provider recovers
      And 50 shoppers keep opening the catalog for 1 second
      Then every shopper was served
      And the provider was asked for its catalog exactly once

  @CAT-CHAIN-4 @critical @recovery
  Rule: A service that crashes comes back by the same chain

    Scenario: The service is killed while the provider is down
      Given the provider is down
      And an update has stored nothing new
      When the catalog service is killed and started again
      Then within 5 seconds shoppers see "Europe 5 GB" at 18.00 EUR again
