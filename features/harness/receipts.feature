@harness
Feature: A fault that was not felt is never a pass
  A scenario may say that a dependency failed only if that was seen from outside: healthy before, felt,
  met by the system, lifted, healthy after. If any of it cannot be shown, the scenario is inconclusive.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @blocker
  Rule: Without a receipt there is no verdict

    Scenario Outline: Somebody breaks the <dependency> with a tool that does nothing
      When the <dependency> is broken by a tool that does nothing, so that it <trouble>
      Then that is inconclusive, because "no receipt that the <dependency> <trouble>"

      Examples: One for each way of breaking things
        | dependency | trouble                                            |
        | provider   | is down                                            |
        | provider   | answers with error 500                             |
        | saved copy | freezes                                            |
        | saved copy | has no memory left and takes nothing new           |
        | saved copy | has no memory left and drops what was used least   |
        | backup     | has lost its data                                  |

    Scenario: The system never turns to what was broken
      When the provider is broken for a scenario in which nobody turns to it
      Then that is inconclusive, because "the system never turned to the provider"

    Scenario: The system has another way to what was broken
      When the provider is broken where the system does not pass
      Then that is inconclusive, because "the system reaches the provider past the link"

    Scenario: What was to be broken is broken already
      Given the provider is down
      When the provider is broken once more, so that it never answers
      Then that is inconclusive, because "before the fault"

  @critical
  Rule: What was broken is on record before it is broken, and mended whatever happens

    Scenario: The record of a fault
      Given the provider is down
      When a shopper opens the catalog
      And the provider recovers
      Then the journal tells in this order that the fault was planned, felt, lifted and healed

    Scenario: A scenario ends in the middle of several faults
      When a scenario ends while the provider is down, the saved copy freezes and the backup is gone
      Then that leaves no doubt
      And a caller of the provider is answered
      And a caller of the saved copy is answered
      And the backup is well again
