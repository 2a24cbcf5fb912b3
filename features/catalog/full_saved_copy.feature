@catalog @CAT-CACHE-5
Feature: Shoppers are served when the store of the saved copy is out of memory
  The store of the saved copy has a memory limit. When other data has used the memory up, the store either
  rejects writes or evicts the least used data, which may be our saved copy.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @critical
  Rule: A store that rejects writes delays the saved copy, but not shoppers or the database

    Scenario: An update still reaches shoppers and the database
      Given the saved copy is out of memory and rejects writes
      When the catalog is updated
      Then the update reports the provider as its source
      And within 1 second shoppers see "Europe 5 GB" at 19.00 EUR instead
      And the database holds "Europe 5 GB" at 19.00 EUR, and the saved copy holds it at 18.00 EUR

    Scenario: Shoppers see the older saved copy while the provider is down
      Given the saved copy is out of memory and rejects writes
      And the provider is down
      When 50 shoppers open the catalog at once
      Then every shopper sees "Europe 5 GB" at 18.00 EUR
      And every shopper waited no longer than 2 seconds

    Scenario: The error log and the status page report the lack of memory
      Given the saved copy is out of memory and rejects writes
      When the catalog is updated
      Then the error log says once that the saved copy is out of memory
      And the status page shows the saved copy as "read_only"
      And the status page says "degraded"

  @critical @recovery
  Rule: Once the store has memory again, the service brings the saved copy up to date

    Scenario: The service stores the delayed update in the saved copy
      Given the saved copy is out of memory and rejects writes
      And the catalog has been updated, and the status page has shown the saved copy as "read_only"
      When the saved copy recovers
      Then within 5 seconds the saved copy holds "Europe 5 GB" at 19.00 EUR
      And the status page shows the saved copy as "up"

  @critical
  Rule: When the saved copy is evicted, shoppers are served from memory, or else from the backup

    Scenario: A service with nothing in memory serves the backup
      Given the saved copy is out of memory and evicts the least used data
      And the provider is down
      When 50 shoppers open the catalog at once
      Then every shopper sees "Europe 5 GB" at 21.00 EUR
      And every shopper waited no longer than 2 seconds

    Scenario: A service with prices in memory serves them, and stores the saved copy again
      Given the provider is down, and a shopper has seen "Europe 5 GB" at 18.00 EUR
      And the saved copy is out of memory and evicts the least used data
      When 20 shoppers keep opening the catalog for 1 second
      Then every shopper sees "Europe 5 GB" at 18.00 EUR
      And within 5 seconds of visits the saved copy holds "Europe 5 GB" at 18.00 EUR

    Scenario: The next update evicts less used data and is stored
      Given the provider sells 400 bundles, all at 19.00 EUR
      And the saved copy is out of memory and evicts the least used data
      When the catalog is updated
      Then the update reports the provider as its source
      And the saved copy and the database hold 400 bundles, all at 19.00 EUR
