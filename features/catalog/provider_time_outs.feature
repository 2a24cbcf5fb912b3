@catalog @retry @CAT-API-1
Feature: Shoppers do not wait for a provider that is slow for a moment
  The service tries a provider four times and waits 0.3 seconds for each answer. The waits
  between the attempts begin at 0.1 seconds, double up to 0.3 seconds, and are extended at
  random, so that many services do not retry at the same moment.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  @critical
  Rule: The service tries the provider four times and then stops

    Scenario: The provider accepts requests and never answers
      Given the provider never answers
      When the catalog is updated
      Then the update reports the saved copy as its source
      And the provider received exactly 4 requests
      And the service waited 0.3 seconds for each answer, and at least 0.1 seconds more before the next request

    Scenario: The provider cannot be reached
      Given the provider cannot be reached
      When the catalog is updated
      Then the update reports the saved copy as its source
      And the update took at least 1.7 seconds
      And the provider received no request

    Scenario: A shopper does not wait for the attempts to end
      Given the provider never answers
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the shopper waited no longer than 1 second

    Scenario: A crowd does not multiply the attempts
      Given the provider never answers
      When 50 shoppers keep opening the catalog for 2 seconds
      Then every shopper was served
      And the provider received at most 8 requests

  @critical
  Rule: An answer that arrives in small pieces has no longer than any other

    Scenario: The provider sends a large answer slowly
      Given the service tries the provider at most 2 times
      And the provider offers 200 bundles more
      And the provider answers at 16 KB per second
      When the catalog is updated
      Then the update reports the saved copy as its source

  @critical
  Rule: Prices from a provider that recovers within four attempts are used

    Scenario: The fourth attempt succeeds
      Given the provider fails 3 times and then works
      When the catalog is updated
      Then the update reports the provider as its source
      And the provider was asked for its groups exactly 4 times

  @normal @random
  Rule: The waits grow up to a limit and differ at random

    Scenario: The waits grow and stop growing
      Given the service tries the provider at most 6 times
      And the provider fails 9 times and then works
      When the catalog is updated
      Then the waits between the attempts began at 0.1 seconds, doubled up to 0.3 seconds, and were extended by up to 0.1 seconds

    Scenario: The waits differ from update to update
      Given the service tries the provider at most 2 times
      And the provider fails 99 times and then works
      When the catalog is updated 15 times
      Then the first waits of the 15 updates differed by at least 0.04 seconds
