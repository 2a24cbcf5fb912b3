@infrastructure @needs.etcd
Feature: Every member of etcd gives the same answer
  Three members elect one leader. Each member serves requests and answers with the data that the majority has agreed on.

  @INFRA-ETCD-1 @needs.members @consistency @critical
  Rule: A value written through one member can be read at once through every other member

    Scenario Outline: Values are written through member <number>
      When 30 values are written through the etcd member <number>, and each is read at once through every other member
      Then every read returned the value just written

      Examples:
        | number |
        | 1      |
        | 2      |
        | 3      |

  @INFRA-ETCD-2 @critical
  Rule: All members name the same leader

    @needs.members
    Scenario: All members are healthy
      Then within 1 second 3 etcd members name the same leader

    @needs.nodes
    Scenario Outline: The leader <fault>
      When the etcd leader <fault>
      Then within 10 seconds the remaining members name a new leader
      And within 2 seconds the new leader confirms a write

      Examples:
        | fault      |
        | is killed  |
        | freezes    |
        | is stopped |
