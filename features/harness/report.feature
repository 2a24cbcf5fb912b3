@harness @report
Feature: People who write no code can judge the judgement
  A report is one file. It is sent around, and whoever opens it has nothing else: no log, no source, nobody to ask.

  @SUITE-REPORT-1 @critical
  Rule: The report alone says what was asked, what was seen, and on which evidence

    Scenario: A promise that was kept
      When a release is judged with a report, and nothing is amiss
      Then the report is headed "Release verdict: GO (the only scenario kept its promise)"
      And it says that "Shoppers go on buying. Protects revenue." was asked by 4 steps, such as "When a shopper opens the catalog"
      And it has a receipt for the fault "the provider is down"
      And its "What happened, second by second" shows "saved copy: once" and "the provider is down"

    Scenario: A promise that was broken
      When a release is judged with a report, and its saved copy has another price than was promised
      Then the report is headed "Release verdict: NO-GO (the only scenario broke a promise)"
      And it says that "<17.00>" was expected, but "<18.00>" was seen
      And its "What shoppers and operators were answered" shows "Europe 5 GB 18.00" and "saved copy"
      And its "What the provider saw" shows "GET /v2.4/catalogue" and "200"
      And its "What the service logged" shows "the connection failed" and "provider.retry"
