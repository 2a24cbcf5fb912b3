@harness @nested @proof
Feature: Every promise has a scenario that can fail
  The reference systems have broken variants, each with a mistake that real teams make. The kill matrix reports each
  mistake that no scenario detects, and each promise that no mistake has turned red.

  @SUITE-PROOF-1 @critical
  Rule: A mistake is detected if a scenario of the broken promise fails

    Scenario: A mistake that a scenario detects
      When the kill matrix runs only "catalog/credentials.feature:24" on the variant "knows-one-rejection-only"
      Then the mistake is "detected"
      And the reason contains "noticed knows-one-rejection-only (CAT-API-4): 1 of 1 red"
      And the reason contains "proven While our credentials are rejected, by 401 or 403, the backup serves"

    Scenario: A mistake that the selected scenario does not exercise
      When the kill matrix runs only "catalog/credentials.feature:23" on the variant "knows-one-rejection-only"
      Then the mistake is "undetected"
      And the reason contains "UNNOTICED knows-one-rejection-only"
