@harness
Feature: A team has a gate on its first day
  The suite comes with a pipeline for each of two services. What its file says is run here word for word, for a
  release of two features: two shards side by side, each in a checkout of its own, and then the verdict.

  @SUITE-CI-1 @normal @needs.report
  Rule: A pipeline lets a release go, or stops it, and publishes why

    Scenario Outline: A pipeline of <service> when <gap>
      When a release goes through the pipeline of <service>, and <gap>
      Then the pipeline ends with exit code <code>
      And it says "<verdict>"
      And everything that it is to publish is there

      Examples:
        | service | gap                                                | code | verdict                         |
        | GitHub  | nothing is amiss                                   | 0    | all 2 scenarios kept            |
        | GitHub  | its saved copy has another price than was promised | 1    | all 2 scenarios broke a promise |
        | GitLab  | nothing is amiss                                   | 0    | all 2 scenarios kept            |
        | GitLab  | its saved copy has another price than was promised | 1    | all 2 scenarios broke a promise |
