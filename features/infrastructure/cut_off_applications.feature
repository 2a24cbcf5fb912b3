@infrastructure @needs.redis @needs.etcd @needs.namespaces @partition
Feature: An application that is cut off from a service knows it, does everything else, and recovers by itself
  The application uses etcd and Redis. The network between it and all members of one of them is cut: packets vanish.

  @INFRA-NET-1 @critical
  Rule: It is told so in bounded time, and clearly

    Scenario Outline: It writes to <service> all the same
      Given the application is cut off from <service>
      When it writes to <service> 3 times
      Then each time it is told within 3 seconds that no answer came in time

      Examples:
        | service |
        | etcd    |
        | Redis   |

  @INFRA-NET-2 @critical
  Rule: What does not need that service goes on

    Scenario Outline: It is cut off from <service> and uses <other>
      Given an application keeps writing to <service>, without a pause
      And the application is cut off from <service>
      And it has been told so 1 time
      When it writes to <other> 50 times
      Then all of it is confirmed, each time within 1 second

      Examples:
        | service | other |
        | etcd    | Redis |
        | Redis   | etcd  |

  @INFRA-NET-3 @recovery @critical
  Rule: Once the network heals everything works again, without a restart

    Scenario Outline: It was cut off from <service> for a while
      Given an application keeps writing to <service>, without a pause
      And the application is cut off from <service>
      And it has been told so 2 times
      When the network heals
      Then within 5 seconds of that what the application writes is confirmed again
      And nothing that <service> has confirmed is lost
      And no member was restarted

      Examples:
        | service |
        | etcd    |
        | Redis   |
