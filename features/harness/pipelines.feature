@harness @nested
Feature: Teams get a working release gate on the first day
  The suite contains a pipeline file for each of two CI services. The commands in that file run here exactly as written, for a
  release with two features: two shards in parallel, each in its own checkout, then the verdict.

  @SUITE-CI-1 @normal @needs.report
  Rule: A pipeline passes or stops a release, and publishes the reasons

    Scenario Outline: A <service> pipeline for a release <release>
      When a release <release> goes through the <service> pipeline
      Then the pipeline ends with exit status <status>
      And the pipeline prints "<verdict>"
      And the pipeline has published all its files

      Examples:
        | service | release                              | status | verdict                         |
        | GitHub  | without flaws                        | 0      | all 2 scenarios kept            |
        | GitHub  | with a wrong price in the saved copy | 1      | all 2 scenarios broke a promise |
        | GitLab  | without flaws                        | 0      | all 2 scenarios kept            |
        | GitLab  | with a wrong price in the saved copy | 1      | all 2 scenarios broke a promise |
