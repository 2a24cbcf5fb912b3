@harness
Feature: A scenario never passes without proof that its faults were in force
  A scenario may claim that a dependency failed only if that was observed from outside: the dependency was healthy, the fault
  was felt, the system used the dependency meanwhile, the fault was lifted, and the dependency is healthy again. This proof is
  the receipt of the fault. If any part of it is missing, the scenario is inconclusive.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @blocker
  Rule: A scenario is inconclusive if a receipt is missing

    Scenario Outline: The injector of a fault on the <dependency> has no effect
      When an injector without effect claims that the <dependency> <fault>
      Then the result is inconclusive, because "no receipt that the <dependency> <fault>"

      Examples: One fault for each kind of injector
        | dependency | fault                                           |
        | provider   | is down                                         |
        | provider   | answers with error 500                          |
        | saved copy | freezes                                         |
        | saved copy | is out of memory and rejects writes             |
        | saved copy | is out of memory and evicts the least used data |
        | backup     | has lost its data                               |

    Scenario: The system never uses the failed dependency
      When the provider fails in a scenario that never uses it
      Then the result is inconclusive, because "the system never used the provider"

    Scenario: The system reaches the failed dependency without the fault proxy
      When the provider fails on a link that the system bypasses
      Then the result is inconclusive, because "the system reaches the provider without passing the fault proxy"

    Scenario: The dependency has already failed
      Given the provider is down
      When a second fault is injected: the provider never answers
      Then the result is inconclusive, because "before the fault"

  @critical
  Rule: Every fault is recorded before it is injected, and is lifted in any case

    Scenario: The record of a fault
      Given the provider is down
      When a shopper opens the catalog
      And the provider recovers
      Then the journal records that the fault was planned, felt, lifted and healed, in this order

    Scenario: A scenario ends while three faults are in force
      When a scenario ends while the provider is down, the saved copy freezes and the backup is lost
      Then every fault was lifted, and its target is healthy
      And a caller of the provider is answered
      And a caller of the saved copy is answered
      And the backup holds "Europe 5 GB" again
