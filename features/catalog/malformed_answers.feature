@catalog @fallback @CAT-API-5
Feature: Shoppers never see malformed answers of the provider, and our stores never hold them
  The service validates each answer of the provider. An invalid answer is neither shown nor stored.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the provider offers 20 bundles more
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  Rule: Shoppers see the saved copy instead of a malformed answer

    @critical
    Scenario Outline: The provider <fault>
      Given the provider <fault>
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the answer names the saved copy, 2 hours old, as the source of the prices
      And the shopper waited no longer than 2 seconds

      Examples: Kinds of malformed answers
        | fault                             |
        | sends an answer that is not JSON  |
        | sends only half of an answer      |
        | sends prices that are not numbers |
        | omits required fields of a bundle |
        | sends data that is not a catalog  |
        | sends groups without a valid name |

  Rule: No malformed answer is stored

    @blocker
    Scenario Outline: An update runs while the provider <fault>
      Given the provider <fault>
      When the catalog is updated
      Then the update reports the saved copy as its source
      And the saved copy holds "Europe 5 GB" at 18.00 EUR
      And the database holds no bundle

      Examples: Kinds of malformed answers
        | fault                             |
        | sends an answer that is not JSON  |
        | sends only half of an answer      |
        | sends prices that are not numbers |
        | omits required fields of a bundle |
        | sends data that is not a catalog  |
        | sends groups without a valid name |
