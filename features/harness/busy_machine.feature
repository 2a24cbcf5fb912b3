@harness @nested @alone
Feature: A verdict holds on a machine that is not the suite's alone
  Other programs take processor time that the product and the suite would need. Everything takes longer then, and a time that
  was measured says little about the product. What is wrong is wrong all the same.

  @SUITE-LOAD-1 @critical
  Rule: A busy machine never turns a kept promise into a no-go, and hides no broken one

    Background:
      Given other programs keep every processor of the machine busy

    Scenario Outline: The gate tests a release <release>
      When the gate tests a release <release>
      Then the verdict is "<verdict>"

      Examples:
        | release                              | verdict |
        | without flaws                        | go      |
        | with a wrong price in the saved copy | no-go   |

    Scenario: The gate tests a release whose shoppers wait slightly longer than promised
      When the gate tests a release whose shoppers wait slightly longer than promised
      Then the verdict is "unknown"
      And the reason contains "of the processors' time meanwhile"
