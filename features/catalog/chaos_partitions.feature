@catalog @chaos @partition @recovery @CAT-CHAOS-2
Feature: A network that splits costs shoppers nothing, and heals without help
  The service and what it depends on can lose sight of each other while each of them is well. Sometimes only one direction is
  cut: then the other side never hears of what we ask, and for us that looks the same. Shoppers come all the while.

  Background:
    Given we look for fresh prices every 0.5 seconds
    And the provider sells 100 bundles, all at 19.00 EUR
    And the catalog has been updated
    And 4 shoppers keep coming

  @critical
  Rule: Whoever is out of reach, shoppers are served at once; and all is in step when the network has healed

    Scenario Outline: <part> <cut>
      Given <part> <cut>
      And the provider sells 100 bundles, all at 20.00 EUR
      When the catalog is updated
      And the network heals
      Then within 5 seconds shoppers, the saved copy and the database have the same 100 bundles, all at 20.00 EUR
      And all who came were served, each within 1 second
      And each of them saw one version of the catalog, whole

      Examples: Neither direction is left
        | part           | cut               |
        | the provider   | cannot be reached |
        | the saved copy | cannot be reached |
        | the database   | cannot be reached |

      Examples: Only the way back is left
        | part           | cut                      |
        | the provider   | receives nothing from us |
        | the saved copy | receives nothing from us |
        | the database   | receives nothing from us |

    Scenario: The service is alone
      Given the provider, the saved copy and the database cannot be reached
      And the provider sells 100 bundles, all at 20.00 EUR
      When the catalog is updated
      And the network heals
      Then within 5 seconds shoppers, the saved copy and the database have the same 100 bundles, all at 20.00 EUR
      And all who came were served, each within 1 second
      And each of them saw one version of the catalog, whole
