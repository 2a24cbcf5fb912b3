@catalog @fallback @CAT-API-5
Feature: Nonsense from the provider reaches neither shoppers nor our stores
  A provider's answer is read with care: what cannot be understood is not believed, not shown and not kept.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the provider offers 20 bundles more
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  Rule: Shoppers see the saved copy instead

    @critical
    Scenario Outline: The provider <trouble>
      Given the provider <trouble>
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the answer names the saved copy, 2 hours old, as the source of the prices
      And the shopper waited no longer than 2 seconds

      Examples: Ways of talking nonsense
        | trouble                           |
        | sends an answer that is not JSON  |
        | sends only half of an answer      |
        | sends prices that are not numbers |
        | omits required fields of a bundle |
        | sends data that is not a catalog  |
        | sends groups without a valid name |

  Rule: Nothing malformed is stored

    @blocker
    Scenario Outline: An update meets a provider that <trouble>
      Given the provider <trouble>
      When the catalog is updated
      Then the update reports the saved copy as its source
      And the saved copy holds "Europe 5 GB" at 18.00 EUR
      And the database holds no bundle

      Examples: Ways of talking nonsense
        | trouble                           |
        | sends an answer that is not JSON  |
        | sends only half of an answer      |
        | sends prices that are not numbers |
        | omits required fields of a bundle |
        | sends data that is not a catalog  |
        | sends groups without a valid name |
