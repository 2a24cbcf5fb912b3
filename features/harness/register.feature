@harness @nested
Feature: The verdict on a release covers everything that was promised
  The register lists the promises, and the policy lists the permitted exceptions. A scenario that passes is not enough.

  @SUITE-TRACE-1 @blocker
  Rule: A promise without proof stops the release

    Scenario Outline: The verdict on a release <release>
      When the gate tests a release <release>
      Then the verdict is "<verdict>"
      And the reason contains "<reason>"

      Examples:
        | release                                       | verdict | reason                                           |
        | with a promise that has no scenario           | unknown | no scenario proves CAT-CHAIN-3                   |
        | with a promise that is tested without a fault | unknown | none of its scenarios met a fault with a receipt |
        | that exceeds its budget                       | no-go   | a budget was missed                              |
        | that fails only by a known defect             | go      | failed by a known defect                         |
