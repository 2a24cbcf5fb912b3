@infrastructure @needs.etcd @needs.namespaces @partition @INFRA-ETCD-6
Feature: A member of etcd that is cut off says nothing rather than something wrong
  The network between the members is cut; the applications still reach every one of them.

  @blocker
  Rule: Without a majority nothing is confirmed and nothing is answered

    Scenario Outline: The network splits, and <member> is alone
      Given an application keeps writing to etcd
      When <member> is cut off from the other members
      Then the member that was cut off confirms no write and answers no read
      And within 10 seconds the application's writes are confirmed again
      And no write that etcd confirmed is lost

      Examples:
        | member           |
        | the etcd leader  |
        | an etcd follower |

  @recovery @blocker
  Rule: Once the network heals all members agree, and everything that was confirmed is there

    Scenario Outline: For a while <member> <trouble> the other members
      Given an application keeps writing to etcd
      And <member> <trouble> the other members
      And within 10 seconds the application's writes are confirmed again
      And 50 more writes of the application have been confirmed
      When the isolated member is reconnected
      Then no write that etcd confirmed is lost
      And within 10 seconds every etcd member holds the same

      Examples: In both directions, and in one alone
        | member           | trouble            |
        | the etcd leader  | is cut off from    |
        | the etcd leader  | hears nothing from |
        | the etcd leader  | is not heard by    |
        | an etcd follower | is cut off from    |

  @consistency @blocker
  Rule: Whoever asks whichever member, there is one value at a time

    Scenario: Programs at each member read and write one value while the leader is cut off and connected again
      Given a program at each etcd member reads and writes one value
      And the etcd leader is cut off from the other members
      And the programs at the other members have been answered 20 times more
      When the isolated member is reconnected
      And each of the programs has been answered 20 times more
      Then all that they read and wrote fits one order of events
