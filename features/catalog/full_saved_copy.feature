@catalog @CAT-CACHE-5
Feature: A saved copy without memory costs shoppers nothing
  The store of the saved copy may use so much memory and no more. When others have used it up, the store
  either takes nothing new or drops what was used least, which may well be our saved copy.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @critical
  Rule: A store that takes nothing new delays the saved copy, and nothing else

    Scenario: An update reaches shoppers and the database all the same
      Given the saved copy is out of memory and rejects writes
      When the catalog is updated
      Then the update reports the provider as its source
      And within 1 second shoppers see "Europe 5 GB" at 19.00 EUR instead
      And the database holds "Europe 5 GB" at 19.00 EUR
      And the saved copy holds "Europe 5 GB" at 18.00 EUR

    Scenario: Without the provider the older copy can still be read
      Given the saved copy is out of memory and rejects writes
      And the provider is down
      When 50 shoppers open the catalog at once
      Then every shopper sees "Europe 5 GB" at 18.00 EUR
      And every shopper waited no longer than 2 seconds

    Scenario: Operators are told what is missing
      Given the saved copy is out of memory and rejects writes
      When the catalog is updated
      Then the error log says once that the saved copy has no memory left
      And the status page shows the saved copy as "read_only"
      And the status page says "degraded"

  @critical @recovery
  Rule: Once there is memory again, the saved copy is brought up to date

    Scenario: The update that could not be saved is saved late
      Given the saved copy is out of memory and rejects writes
      And the catalog has been updated
      Then when the saved copy recovers, within 5 seconds the saved copy holds "Europe 5 GB" at 19.00 EUR
      And the status page shows the saved copy as "up"

  @critical
  Rule: A saved copy that was dropped is bridged by memory, else by the backup

    Scenario: A service that has nothing in memory serves the backup
      Given the saved copy is out of memory and evicts the least used data
      And the provider is down
      When 50 shoppers open the catalog at once
      Then every shopper sees "Europe 5 GB" at 21.00 EUR
      And every shopper waited no longer than 2 seconds

    Scenario: A service that has it in memory serves from there, and saves it again
      Given the provider is down
      And a shopper has seen "Europe 5 GB" at 18.00 EUR
      And the saved copy is out of memory and evicts the least used data
      When 20 shoppers keep opening the catalog for 1 second
      Then every shopper sees "Europe 5 GB" at 18.00 EUR
      And within 5 seconds of visits the saved copy holds "Europe 5 GB" at 18.00 EUR

    Scenario: The next update takes the room of what was used less
      Given the provider sells 400 bundles, all at 19.00 EUR
      And the saved copy is out of memory and evicts the least used data
      When the catalog is updated
      Then the update reports the provider as its source
      And the saved copy and the database hold 400 bundles, all at 19.00 EUR
