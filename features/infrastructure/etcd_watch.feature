@infrastructure @needs.etcd @INFRA-ETCD-3
Feature: A program that watches etcd misses no change
  It is told of each change as it happens. When the member that tells it fails, it goes on at another, from where it was.

  @blocker
  Rule: Every change is told once and in order

    Scenario: Nothing fails
      Given a program watches etcd for changes through the etcd leader
      And an application keeps writing to etcd
      When 50 more writes of the application have been confirmed
      Then within 5 seconds it has been told of every change once, and in order

    @needs.nodes
    Scenario Outline: The leader <trouble>, and the program watches through <member>
      Given a program watches etcd for changes through <member>
      And an application keeps writing to etcd
      And the etcd leader <trouble>
      When 50 more writes of the application have been confirmed
      Then within 5 seconds it has been told of every change once, and in order

      Examples:
        | trouble   | member           |
        | is killed | the etcd leader  |
        | is killed | an etcd follower |
        | freezes   | the etcd leader  |

    @needs.nodes
    Scenario Outline: A follower <trouble>, through which the program watches, while the leader goes on
      Given a program watches etcd for changes through an etcd follower
      And an application keeps writing to etcd
      And the member that it watches through <trouble>
      When 50 more writes of the application have been confirmed
      Then within 5 seconds it has been told of every change once, and in order

      Examples:
        | trouble   |
        | is killed |
        | freezes   |
