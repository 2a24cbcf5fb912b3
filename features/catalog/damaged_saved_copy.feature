@catalog @CAT-CACHE-2
Feature: A damaged saved copy is shown to nobody and is made anew
  Whatever befell the saved copy, the service notices before it believes it. What cannot be trusted is
  taken away, and the next update brings a sound one. Whoever sees a price of 1.00 EUR has seen damage.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @blocker
  Rule: Not one shopper of a crowd sees anything of it, and it is cleared away

    Scenario Outline: The saved copy <damage>
      Given the provider is down
      And the saved copy <damage>
      When 50 shoppers open the catalog at once
      Then every shopper sees "Europe 5 GB" at 21.00 EUR
      And the error log says that the saved copy was damaged
      And within 2 seconds the saved copy has been cleared

      Examples: What can befall stored data
        | damage                        |
        | holds damaged data            |
        | holds only half of its data   |
        | holds altered prices          |
        | holds data of the wrong types |
        | holds data of another kind    |

  @critical @recovery
  Rule: It is made anew from the provider

    Scenario Outline: The saved copy <damage>, and the provider is well
      Given a second catalog service runs with long time-outs
      And the saved copy <damage>
      When 20 shoppers open the catalog of the second service at once
      Then every shopper sees "Europe 5 GB" at 19.00 EUR
      And within 5 seconds the saved copy holds "Europe 5 GB" at 19.00 EUR

      Examples: What can befall stored data
        | damage                        |
        | holds only half of its data   |
        | holds altered prices          |
        | holds data of the wrong types |
        | holds data of another kind    |

    Scenario: A service that starts on a repaired copy serves from it
      Given the saved copy holds data of another kind
      And the catalog has been updated
      And the provider is down
      When the catalog service is killed and started again
      Then within 5 seconds shoppers see "Europe 5 GB" at 19.00 EUR again
      And the shopper is told that the prices come from the saved copy
