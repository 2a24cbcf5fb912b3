@catalog @consistency @CAT-CACHE-4
Feature: Shoppers see complete versions although several services write the saved copy at the same time
  Several services share one saved copy. All bundles of a version have one price, so two prices in one
  copy are a mixture of two versions. The copy is read throughout, as often as possible.

  Background:
    Given the provider sells 400 bundles, all at 19.00 EUR
    And 3 catalog services run

  @blocker
  Rule: A reader sees only complete versions, in the order in which they were written

    Scenario: All services update at once while prices rise
      When each catalog service updates the catalog 8 times while the provider raises its prices
      Then readers of the saved copy saw at least 5 versions, each complete and none older than the one before
      And the saved copy and the database hold the same version

    Scenario: The services lose connections to the store of their lock
      Given the saved copy drops 1 in 3 connections
      When each catalog service updates the catalog 8 times while the provider raises its prices
      Then readers of the saved copy saw at least 5 versions, each complete and none older than the one before
      When every part recovers
      Then within 5 seconds the saved copy and the database hold the same version

  @blocker @recovery
  Rule: After delayed writes the newest version remains

    Scenario: Three updates wait until the saved copy recovers
      Given the saved copy never answers
      And each catalog service in turn has updated the catalog, at prices that rise by 1.00 EUR up to 22.00 EUR
      When the saved copy recovers and is read continuously for 1 second
      Then readers of the saved copy saw at least 1 version, each complete and none older than the one before
      And the saved copy and the database hold 400 bundles, all at 22.00 EUR
