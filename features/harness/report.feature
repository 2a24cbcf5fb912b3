@harness @nested
Feature: Product owners can check a verdict in the report
  The report is a page that opens from disk, on the verdict. Product owners and QA engineers look a scenario up in it and see the
  evidence.

  @SUITE-REPORT-1 @critical @needs.report
  Rule: The report shows what was tested, what was observed, and the evidence

    Scenario: A candidate keeps one promise and breaks another
      When a product owner opens the report on a candidate that does not treat error 403 as rejection
      Then the report is headed "Release verdict: NO-GO (1 of 2 scenarios broke a promise)"
      And the report shows "The provider answers with error 500" as passed for CAT-API-3, with "When a shopper opens the catalog" among its 7 steps
      And the report shows "The provider denies access to our organisation" as failed, where 21.00 EUR was expected and 18.00 EUR was seen
      And the report shows for "The provider denies access to our organisation" when "the provider answers with error 403" was felt, with a picture

  @SUITE-FIRST-1 @critical @needs.browser
  Rule: Without a question, a newcomer reads the verdict and the evidence
    Nothing but the suite is on the machine: no generator of reports, no scripts. The newcomer has a telephone, and no mouse.

    Scenario: A newcomer reads why a release is stopped
      When a newcomer on a bare machine opens the report on a candidate that does not treat error 403 as rejection
      Then the newcomer reads at once "NO-GO 1 of 2 scenarios broke a promise"
      And the newcomer finds "The provider denies access to our organisation" without a click, with 21.00 EUR expected and a picture
      And two folded sections, once opened, show the provider being asked for "/v2.4/catalogue"
