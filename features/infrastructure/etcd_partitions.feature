@infrastructure @needs.etcd @needs.namespaces @partition @INFRA-ETCD-6
Feature: An isolated member of etcd never gives a wrong answer
  The network between members fails. Applications still reach every member.

  @blocker
  Rule: A member without a majority confirms no write and answers no read

    Background:
      Given an application keeps writing to etcd

    Scenario Outline: The network isolates <member>
      When <member> is cut off from the other members
      And a client sends a write and a read to the isolated member
      Then the isolated member confirms neither
      And within 10 seconds the application's writes are confirmed again
      And no write that etcd confirmed is lost

      Examples:
        | member           |
        | the etcd leader  |
        | an etcd follower |

  @recovery @blocker
  Rule: After the network recovers, all members hold every confirmed write

    Background:
      Given an application keeps writing to etcd

    Scenario Outline: For a while <member> <fault> the other members
      Given <member> <fault> the other members
      And within 10 seconds the application's writes are confirmed again, and 50 more follow
      When the isolated member is reconnected
      Then no write that etcd confirmed is lost
      And within 10 seconds all etcd members hold the same data

      Examples: In both directions, and in one direction only
        | member           | fault                 |
        | the etcd leader  | is cut off from       |
        | the etcd leader  | receives nothing from |
        | the etcd leader  | reaches none of       |
        | an etcd follower | is cut off from       |

  @consistency @blocker
  Rule: Reads and writes are linearizable across all members

    Background:
      Given a client at each etcd member reads and writes one value

    Scenario: The leader is isolated and reconnected
      Given the etcd leader is cut off from the other members
      And 20 more calls of each client at the other members have succeeded
      When the isolated member is reconnected
      And 20 more calls of each client have succeeded
      Then every read returned the latest value written
