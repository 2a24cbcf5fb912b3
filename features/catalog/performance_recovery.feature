@catalog @load @recovery
Feature: Operators need not intervene, because the service recovers quickly from each kind of failure
  The service has recovered when shoppers see current prices, the saved copy and the database hold them, and the status page
  is healthy. The time starts when the fault begins to be lifted, and includes the start of a part that was killed.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR
    And the catalog has been updated

  @CAT-PERF-5 @critical
  Rule: The service recovers within its budget after a dependency has failed

    Scenario Outline: <part> <fault>
      Given <part> <fault>
      And the provider quotes "Europe 5 GB" at 20.00 EUR
      And an update has been tried, and the status page reports a problem
      When <part> recovers, and shoppers keep opening the catalog until everything is normal, with "Europe 5 GB" at 20.00 EUR
      Then "recovery until all is as before" is within its budget

      Examples: The provider
        | part         | fault                                |
        | the provider | is down                              |
        | the provider | never answers                        |
        | the provider | cannot be reached                    |
        | the provider | takes 30 seconds to answer           |
        | the provider | cuts its answers off halfway         |
        | the provider | answers with error 500               |
        | the provider | rejects our requests as too frequent |
        | the provider | rejects our credentials              |
        | the provider | sends an answer that is not JSON     |

      Examples: Our stores
        | part           | fault                               |
        | the saved copy | is down                             |
        | the saved copy | never answers                       |
        | the saved copy | cannot be reached                   |
        | the saved copy | is killed                           |
        | the saved copy | freezes                             |
        | the saved copy | is out of memory and rejects writes |
        | the database   | is down                             |
        | the database   | never answers                       |
        | the database   | cannot be reached                   |
        | the database   | is killed                           |
        | the database   | freezes                             |
        | the backup     | is down                             |
        | the backup     | holds damaged data                  |
        | the backup     | is replaced by a folder             |

  @CAT-PERF-5 @critical
  Rule: The service recovers within its budget after it has failed itself

    Scenario Outline: The catalog service <fault>
      Given the catalog service <fault>
      When the catalog service recovers, and shoppers keep opening the catalog until everything is normal, with "Europe 5 GB" at 19.00 EUR
      Then "recovery until all is as before" is within its budget

      Examples:
        | fault      |
        | is killed  |
        | is stopped |
        | freezes    |
