@harness
Feature: A release is judged on all that was promised
  The register says what was promised, the policy what may be left open. A scenario that passes is not enough.

  @SUITE-TRACE-1 @blocker
  Rule: A promise that nobody has proven stops the release

    Scenario Outline: The verdict on a release when <gap>
      When a release is judged, and <gap>
      Then the verdict is "<verdict>"
      And the reason given is "<reason>"

      Examples:
        | gap                                    | verdict | reason                                             |
        | nobody asks for one of its promises    | unknown | no scenario proves CAT-CHAIN-3                     |
        | nothing is broken to try its promise   | unknown | none of its scenarios met a fault with a receipt   |
        | it takes longer than its budget allows | no-go   | a budget was missed                                |
        | it fails by a known defect             | go      | failed by a known defect                           |
