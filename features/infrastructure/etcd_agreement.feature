@infrastructure @needs.etcd
Feature: Whichever member of etcd is asked, the answer is the same
  Three members. One of them leads; each of them takes requests and answers with what all have agreed on.

  @INFRA-ETCD-1 @needs.members @consistency @critical
  Rule: What was written through one member is read through every other at once

    Scenario Outline: Values are written through member <number>
      When 30 values are written through the etcd member <number>, and each is read through every other at once
      Then every read shows what was written

      Examples:
        | number |
        | 1      |
        | 2      |
        | 3      |

  @INFRA-ETCD-2 @critical
  Rule: There is one leader, and every member knows it

    @needs.members
    Scenario: All members are well
      Then within 1 second 3 etcd members name the same leader

    @needs.nodes
    Scenario Outline: The leader <trouble>
      When the etcd leader <trouble>
      Then within 10 seconds the remaining members name another leader
      And within 2 seconds that one confirms a write

      Examples:
        | trouble    |
        | is killed  |
        | freezes    |
        | is stopped |
