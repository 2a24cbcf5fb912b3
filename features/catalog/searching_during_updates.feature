@catalog @consistency
Feature: Shoppers who search during an update see one version of the catalog
  Shoppers can search during updates. Each version of the catalog has its own price and number of bundles, so every answer
  shows which version it comes from, whatever the service reports.

  Background:
    Given the provider sells 400 bundles, all at 19.00 EUR
    And the catalog has been updated
    And the provider takes 0.2 seconds to answer

  @CAT-CONC-2 @blocker
  Rule: An answer comes from the old version or from the new one

    Scenario: Shoppers search while updates follow one another
      When 8 shoppers search while updates follow one another, until they have 1,500 answers
      Then at least 5 updates completed, and shoppers saw at least 5 versions
      And at least 300 answers came in the middle of an update
      And every shopper received an answer to every search
      And each search answer showed one version of the catalog, and no shopper saw an older version after a newer one

  @CAT-CONC-4 @blocker
  Rule: A search finds every matching bundle of a version, and no other bundle

    Scenario: The search index is rebuilt by each update
      When 8 shoppers search while updates follow one another, until they have 1,500 answers
      Then at least 5 updates completed, and shoppers saw at least 5 versions
      And every shopper received an answer to every search
      And at least 300 searches found exactly what the listing of the same version holds
