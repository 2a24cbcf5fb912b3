@catalog @consistency @CAT-CACHE-4
Feature: Services that write the saved copy side by side leave one whole version
  Several services share one saved copy. All bundles of a version have one price, so two prices in one
  copy are two versions mixed. The copy is read all the while, as often as it can be.

  Background:
    Given the provider sells 400 bundles, all at 19.00 EUR
    And 3 catalog services run

  @blocker
  Rule: A reader meets one whole version after the other

    Scenario: Everybody updates at once, again and again, while prices rise
      When each of them updates the catalog 8 times while the provider raises its prices
      Then readers of the saved copy saw at least 5 versions, each of them complete
      And no reader saw an older version after a newer one
      And the saved copy and the database hold the same version

    Scenario: Their lock fails them now and then
      Given the saved copy drops 1 in 3 connections
      When each of them updates the catalog 8 times while the provider raises its prices
      Then readers of the saved copy saw at least 5 versions, each of them complete
      And no reader saw an older version after a newer one
      And once all have recovered, within 5 seconds the saved copy and the database hold the same version

  @blocker @recovery
  Rule: Of versions that could not be written in time the newest remains

    Scenario: Three updates wait for the saved copy to come back
      Given the saved copy never answers
      And each of them in turn has updated the catalog, each at 1.00 EUR more than the one before, the last at 22.00 EUR
      When the saved copy recovers, and is read all the while for 1 second
      Then readers of the saved copy saw at least 1 version, and it was complete
      And no reader saw an older version after a newer one
      And the saved copy and the database hold 400 bundles, all at 22.00 EUR
