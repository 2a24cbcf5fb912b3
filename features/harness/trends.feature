@harness @nested
Feature: The gate warns of a decline before a promise is broken
  Each run is compared with the runs before it. A promise in decline is still kept, so it does not stop the release, but the gate reports it.

  @SUITE-TREND-1 @normal
  Rule: Times, failures and measured figures are compared from run to run

    Scenario Outline: A release that was well <does>
      When the gate has tested a release 6 times with the same result, and the next time it <does>
      Then the verdict is "<verdict>"
      And the reason contains "<warning>"
      And the trends page of the last 7 runs shows "<warning>"

      Examples:
        | does                                | verdict | warning                                                |
        | makes shoppers wait 3 times as long | go      | worse: longest wait of a shopper:                      |
        | does not read the saved copy        | no-go   | flaky: The provider fails: 6 times PASSED, once FAILED |
