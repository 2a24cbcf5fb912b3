@catalog @needs.memory-limit @CAT-SYNC-2
Feature: An update that does not fit into memory is given up, and the shop stays open
  A large catalog needs memory while it is taken over. When the service runs where there is too little, it has to notice
  before its machine does: a service that is killed for lack of memory serves nobody.

  Background:
    Given the provider sells 400 bundles, all at 19.00 EUR
    And the catalog has been updated

  @critical
  Rule: An update that does not fit stops, says so, and leaves everything as it was

    Scenario: The catalog has grown too large
      Given the provider sells 50,000 bundles, all at 20.00 EUR
      And the catalog service may use at most 24 MB more memory than now
      And 4 shoppers keep opening the catalog
      When the catalog is updated
      Then the update stopped for lack of memory, and the error log says so
      And the saved copy and the database hold 400 bundles, all at 19.00 EUR
      And every visitor was served within 2 seconds

    @recovery
    Scenario: Once there is memory again, the next update takes all of it
      Given the provider sells 50,000 bundles, all at 20.00 EUR
      And the catalog service may use at most 24 MB more memory than now
      And an update has stored nothing new
      When the catalog service recovers
      Then the lock is free
      And within 15 seconds an update completes
      And the saved copy and the database hold 50,000 bundles, all at 20.00 EUR

  @critical
  Rule: An update that fits takes place, however little is left

    Scenario: There is just enough
      Given the provider sells 20,000 bundles, all at 20.00 EUR
      And the catalog service may use at most 64 MB more memory than now
      And 4 shoppers keep opening the catalog
      When the catalog is updated
      Then the update reports the provider as its source
      And the saved copy and the database hold 20,000 bundles, all at 20.00 EUR
      And every visitor was served within 2 seconds
