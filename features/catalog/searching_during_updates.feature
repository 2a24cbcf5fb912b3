@catalog @consistency
Feature: Shoppers who search while the catalog is updated see one version of it
  Updates are no reason to close the shop. Each version of the catalog has a price and a number of bundles of its own, so
  that every answer tells from which version it comes, whatever the shop says.

  Background:
    Given the provider sells 400 bundles, all at 19.00 EUR
    And the catalog has been updated
    And the provider takes 0.2 seconds to answer

  @CAT-CONC-2 @blocker
  Rule: An answer comes from the old version or from the new one

    Scenario: Shoppers search all the while
      When 4 shoppers search while updates follow one another, until they have 5,000 answers
      Then at least 5 updates completed, and shoppers saw at least 5 versions
      And at least 1,000 answers came in the middle of an update
      And every shopper received an answer to every search
      And each search answer showed one version of the catalog
      And no shopper saw an older version after a newer one

  @CAT-CONC-4 @blocker
  Rule: Whatever is in a version can be found by searching it, and nothing else

    Scenario: The search index is rebuilt again and again
      When 4 shoppers search while updates follow one another, until they have 3,000 answers
      Then at least 5 updates completed, and shoppers saw at least 5 versions
      And every shopper received an answer to every search
      And at least 500 searches found exactly what the listing of the same version holds
