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
      When 4 shoppers search while the catalog is updated again and again, until they have 5,000 answers
      Then 5 updates or more took place meanwhile, and shoppers saw 5 versions or more
      And 1,000 answers or more were given in the middle of an update
      And no shopper was turned away
      And each answer shows one version of the catalog, never a mixture
      And no shopper sees an old version after a new one

  @CAT-CONC-4 @blocker
  Rule: Whatever is in a version can be found by searching it, and nothing else

    Scenario: The search index is rebuilt again and again
      When 4 shoppers search while the catalog is updated again and again, until they have 3,000 answers
      Then 5 updates or more took place meanwhile, and shoppers saw 5 versions or more
      And no shopper was turned away
      And what searches found is what the listing of the same version holds, in 500 searches or more
