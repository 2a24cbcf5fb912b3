@harness
Feature: What gets worse is told before it breaks
  Each judgement is held against those before it. A promise that wears thin is still kept, so it stops no release; but it is told.

  @SUITE-TREND-1 @normal
  Rule: Times, failures and figures are followed from run to run

    Scenario Outline: The next release <does>
      When a release has been judged 6 times, always alike, and the next one <does>
      Then the verdict is "<verdict>"
      And the reason given is "<warning>"
      And the page of trends, of the last 7 runs, tells "<warning>"

      Examples:
        | does                               | verdict | warning                                                |
        | lets shoppers wait 3 times as long | go      | worse: longest wait of a shopper:                      |
        | forgets about the saved copy       | no-go   | flaky: The provider fails: 6 times PASSED, once FAILED |
