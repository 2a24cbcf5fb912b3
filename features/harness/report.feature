@harness
Feature: Whoever writes no code can judge the judgement
  The report is one page that opens from disk. Product and QA look a scenario up in it; nobody has to take our word.

  @SUITE-REPORT-1 @critical @needs.report
  Rule: The report tells what was asked, what was seen, and the evidence

    Scenario: A candidate has kept one promise and broken another
      When a product owner opens the report on a candidate that takes a 403 for nothing
      Then the report is headed "Release verdict: NO-GO (1 of 2 scenarios broke a promise)"
      And it tells what CAT-API-3 promises by "The provider answers with error 500", and what that is worth
      And it shows "The provider answers with error 500" as passed, with "When a shopper opens the catalog" among its 7 steps
      And it shows "The provider shuts our organisation out" as failed, where 21.00 EUR was expected and 18.00 EUR was seen
      And it shows by "The provider shuts our organisation out" how "the provider answers with error 403" was felt, with a picture
