@catalog @CAT-CACHE-2
Feature: Shoppers never see prices from a damaged saved copy, and a new copy replaces it
  The service validates the saved copy before it uses it. It deletes a damaged copy, and the next update
  stores a valid one. A price of 1.00 EUR can only come from damaged data.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @blocker
  Rule: No shopper sees a damaged saved copy, and the service deletes it

    Background:
      Given the provider is down

    Scenario Outline: The saved copy <damage>
      Given the saved copy <damage>
      When 50 shoppers open the catalog at once
      Then every shopper sees "Europe 5 GB" at 21.00 EUR
      And the error log says that the saved copy was damaged
      And within 2 seconds the saved copy is deleted

      Examples: Kinds of damage
        | damage                        |
        | holds damaged data            |
        | holds only half of its data   |
        | holds altered prices          |
        | holds data of the wrong types |
        | holds data of another kind    |

  @critical @recovery
  Rule: The provider's prices replace a damaged saved copy

    Scenario Outline: The saved copy <damage>, and the provider works
      Given a second catalog service runs with long time-outs
      And the saved copy <damage>
      When 20 shoppers open the catalog of the second service at once
      Then every shopper sees "Europe 5 GB" at 19.00 EUR
      And within 5 seconds the saved copy holds "Europe 5 GB" at 19.00 EUR

      Examples: Kinds of damage
        | damage                        |
        | holds only half of its data   |
        | holds altered prices          |
        | holds data of the wrong types |
        | holds data of another kind    |

    Scenario: A service that starts with a replaced copy serves from it
      Given the saved copy holds data of another kind
      And the catalog has been updated
      And the provider is down
      When the catalog service is killed and started again
      Then within 5 seconds shoppers see "Europe 5 GB" at 19.00 EUR again, from the saved copy
