@catalog @retry @CAT-API-1
Feature: A provider that is slow for a moment costs shoppers nothing
  We try a provider that does not answer four times and give it 0.3 seconds each time. The
  waits in between begin at 0.1 seconds, double, end at 0.3 seconds, and are stretched by
  chance, so that many of us do not knock in step.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

  @critical
  Rule: We try four times and then leave the provider alone

    Scenario: The provider takes our questions and never answers
      Given the provider never answers
      When the catalog is updated
      Then the update reports the saved copy as its source
      And the provider received exactly 4 requests
      And the service waited 0.3 seconds for each answer before the next request

    Scenario: The provider cannot be reached at all
      Given the provider cannot be reached
      When the catalog is updated
      Then the update reports the saved copy as its source
      And the update took at least 1.7 seconds
      And the provider received no request

    Scenario: A shopper does not wait for our attempts to end
      Given the provider never answers
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the shopper waited no longer than 1 second

    Scenario: A crowd does not multiply our attempts
      Given the provider never answers
      When 50 shoppers keep opening the catalog for 2 seconds
      Then every shopper was served
      And the provider received at most 8 requests

  @critical
  Rule: A provider that recovers in time is believed

    Scenario: The fourth attempt succeeds
      Given the provider fails 3 times and then works
      When the catalog is updated
      Then the update reports the provider as its source
      And the provider was asked for its groups exactly 4 times

  @normal @random
  Rule: Each wait is longer than the one before, up to a limit, and none is quite like another

    Scenario: The waits grow and stop growing
      Given the provider fails 9 times and then works
      When the catalog is updated
      Then the waits between the attempts began at 0.1 seconds, doubled up to 0.3 seconds, and were extended by up to 0.1 seconds

    Scenario: The waits differ from update to update
      Given the service tries the provider at most 2 times
      And the provider fails 99 times and then works
      When the catalog is updated 10 times
      Then the first waits of the 10 updates differed by at least 0.02 seconds
