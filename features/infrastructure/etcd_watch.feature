@infrastructure @needs.etcd @INFRA-ETCD-3
Feature: A program that watches etcd misses no change
  etcd sends each change to the program. When the member that sends them fails, the program resumes at another member, after the
  last change that it received.

  @blocker
  Rule: The program receives every change exactly once and in order

    Scenario: No member fails
      Given a program watches etcd for changes through the etcd leader
      And an application keeps storing, changing and deleting values in etcd
      When 50 more writes of the application have been confirmed
      Then within 5 seconds the program has received every change exactly once and in order

    @needs.nodes
    Scenario Outline: The leader <fault> while the program watches through <member>
      Given a program watches etcd for changes through <member>
      And an application keeps storing, changing and deleting values in etcd
      And the etcd leader <fault>
      When 50 more writes of the application have been confirmed
      Then within 5 seconds the program has received every change exactly once and in order

      Examples:
        | fault     | member           |
        | is killed | the etcd leader  |
        | is killed | an etcd follower |
        | freezes   | the etcd leader  |

    @needs.nodes
    Scenario Outline: The follower that the program watches through <fault>
      Given a program watches etcd for changes through an etcd follower
      And an application keeps storing, changing and deleting values in etcd
      And the member that serves the watch <fault>
      When 50 more writes of the application have been confirmed
      Then within 5 seconds the program has received every change exactly once and in order

      Examples:
        | fault     |
        | is killed |
        | freezes   |
