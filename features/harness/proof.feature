@harness @proof
Feature: Every promise is judged by scenarios that can fail
  The reference systems have broken variants, each with a mistake that real teams make. A mistake that no
  scenario notices is told, and so is a promise that no mistake has ever turned red.

  @SUITE-PROOF-1 @critical
  Rule: A mistake counts as noticed when a scenario of the promise that it breaks has failed

    Scenario: A mistake that is noticed
      When a catalog that "knows-one-rejection-only" is judged by "catalog/credentials.feature:24" alone
      Then its mistake is "proven"
      And the reason given is "noticed knows-one-rejection-only (CAT-API-4): 1 of 1 red"

    Scenario: A mistake that the question does not touch
      When a catalog that "knows-one-rejection-only" is judged by "catalog/credentials.feature:23" alone
      Then its mistake is "unproven"
      And the reason given is "UNNOTICED knows-one-rejection-only"
