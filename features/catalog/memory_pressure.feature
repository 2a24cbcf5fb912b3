@catalog @needs.memory-limit @CAT-SYNC-2
Feature: Shoppers are served when an update does not fit into memory
  An update of a large catalog needs memory. When there is too little, the service has to stop the update itself before
  the kernel kills the service: a killed service cannot serve shoppers.

  Background:
    Given the provider sells 400 bundles, all at 19.00 EUR
    And the catalog has been updated

  @critical
  Rule: An update that does not fit stops, reports the reason, and changes no stored bundle

    Background:
      Given the provider sells 50,000 bundles, all at 20.00 EUR
      And the catalog service may use at most 24 MB more memory than now

    Scenario: The catalog has grown too large
      Given 4 shoppers keep opening the catalog
      When the catalog is updated
      Then the update stopped for lack of memory, and the error log says so
      And the saved copy and the database hold 400 bundles, all at 19.00 EUR
      And every visitor was served within 2 seconds

    @recovery
    Scenario: Once the service has enough memory again, the next update stores every bundle
      Given an update has stored nothing new
      When the catalog service recovers
      Then the lock is free
      And within 15 seconds an update completes, and the saved copy and the database hold 50,000 bundles, all at 20.00 EUR

  @critical
  Rule: An update that fits completes, however little memory is left

    Background:
      Given the provider sells 20,000 bundles, all at 20.00 EUR
      And the catalog service may use at most 64 MB more memory than now

    Scenario: The memory is just enough for the update
      Given 4 shoppers keep opening the catalog
      When the catalog is updated
      Then the update reports the provider as its source
      And the saved copy and the database hold 20,000 bundles, all at 20.00 EUR
      And every visitor was served within 2 seconds
