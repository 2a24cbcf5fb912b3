@catalog @chaos @partition @recovery @CAT-CHAOS-2
Feature: Shoppers are served during a network partition, and the service recovers without help
  The service and its dependencies can lose contact while each of them works. Sometimes only one direction is cut: the
  dependency never receives the request, and the service waits for an answer in vain. Shoppers open the catalog throughout.

  Background:
    Given the service checks for new prices every 0.5 seconds
    And the provider sells 100 bundles, all at 19.00 EUR
    And the catalog has been updated
    And 4 shoppers keep opening the catalog

  @critical
  Rule: Whichever dependency is unreachable, shoppers are served at once, and all stores agree once the network has healed

    Scenario Outline: <part> <cut>
      Given <part> <cut>
      And the provider sells 100 bundles, all at 20.00 EUR
      When the catalog is updated before the network heals
      Then within 5 seconds shoppers, the saved copy and the database have the same 100 bundles, all at 20.00 EUR
      And every visitor was served within 1 second and saw one version of the catalog

      Examples: Both directions are cut
        | part           | cut               |
        | the provider   | cannot be reached |
        | the saved copy | cannot be reached |
        | the database   | cannot be reached |

      Examples: Only the direction of the requests is cut
        | part           | cut                      |
        | the provider   | receives nothing from us |
        | the saved copy | receives nothing from us |
        | the database   | receives nothing from us |

    Scenario: The service can reach none of them
      Given the provider, the saved copy and the database cannot be reached
      And the provider sells 100 bundles, all at 20.00 EUR
      When the catalog is updated before the network heals
      Then within 5 seconds shoppers, the saved copy and the database have the same 100 bundles, all at 20.00 EUR
      And every visitor was served within 1 second and saw one version of the catalog
