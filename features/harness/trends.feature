@harness @trends
Feature: What gets worse is told before it breaks
  Each run keeps a line of what it found. A verdict is made of one run alone; the lines show what one run cannot.

  @SUITE-TREND-1 @normal
  Rule: A run is held against those before it

    Scenario: A release that keeps its promise, but takes longer than it used to
      When a release is judged 5 times while its provider is well, and once more when the provider takes 2 seconds to answer
      Then the verdict is "go"
      And the reason given is "worse: longest wait of a shopper: "

    Scenario: A candidate that fails now and then
      When a candidate is judged twice, and fails the second time only
      Then the verdict is "no-go"
      And the reason given is "once PASSED, once FAILED, at the same code"
