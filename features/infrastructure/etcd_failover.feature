@infrastructure @needs.etcd @needs.nodes @failover
Feature: An application on etcd goes on when a member fails
  Three members, of which two suffice. The application knows all of them and turns to the next when one fails it.

  @INFRA-ETCD-4 @blocker
  Rule: With one member gone reads and writes go on, and it catches up when it returns

    Scenario Outline: A follower <trouble> while an application writes, and returns
      Given an application keeps writing to etcd
      And an etcd follower <trouble>
      And within 5 seconds the application's writes are confirmed again
      And 50 more writes of the application have been confirmed
      When the failed member returns
      Then no write that etcd confirmed is lost
      And within 10 seconds every etcd member holds the same

      Examples:
        | trouble    |
        | is killed  |
        | is stopped |
        | freezes    |

  @INFRA-ETCD-5 @recovery @blocker
  Rule: With the leader gone another is elected, and the old one comes back as a follower

    Scenario Outline: The leader <trouble> while an application writes, and returns
      Given an application keeps writing to etcd
      And the etcd leader <trouble>
      And within 10 seconds the application's writes are confirmed again
      When the failed member returns
      Then within 10 seconds it follows the new leader
      And no write that etcd confirmed is lost
      And within 10 seconds every etcd member holds the same

      Examples:
        | trouble    |
        | is killed  |
        | is stopped |
        | freezes    |
