@infrastructure @needs.etcd @needs.nodes @failover
Feature: An application that uses etcd keeps working when a member fails
  Three members, of which two form a majority. The application knows all three, and uses the next one when one does not answer.

  Background:
    Given an application keeps writing to etcd

  @INFRA-ETCD-4 @blocker
  Rule: Without one follower reads and writes continue, and the follower catches up when it returns

    Scenario Outline: A follower <fault>
      When an etcd follower <fault>
      Then within 5 seconds the application's writes are confirmed again
      And within 2 seconds the application can read every value that etcd confirmed

      Examples:
        | fault     |
        | is killed |
        | freezes   |

    Scenario Outline: A follower <fault> and returns
      Given an etcd follower <fault>, and within 5 seconds the application's writes are confirmed again
      And 50 more writes of the application have been confirmed
      When the failed member returns
      Then within 10 seconds all etcd members hold the same data
      And no write that etcd confirmed is lost

      Examples:
        | fault      |
        | is killed  |
        | is stopped |
        | freezes    |

  @INFRA-ETCD-5 @recovery @blocker
  Rule: Without its leader etcd elects a new one, and the old leader returns as a follower

    Scenario Outline: The leader <fault>
      When the etcd leader <fault>
      Then within 10 seconds the application's writes are confirmed again
      And within 2 seconds the application can read every value that etcd confirmed

      Examples:
        | fault     |
        | is killed |
        | freezes   |

    Scenario Outline: The leader <fault> and returns
      Given the etcd leader <fault>, and within 10 seconds the application's writes are confirmed again
      When the failed member returns
      Then within 10 seconds the former leader follows the new leader
      And no write that etcd confirmed is lost
      And within 10 seconds all etcd members hold the same data

      Examples:
        | fault      |
        | is killed  |
        | is stopped |
        | freezes    |
