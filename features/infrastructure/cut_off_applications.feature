@infrastructure @needs.redis @needs.etcd @needs.namespaces @partition
Feature: An application that cannot reach a service fails fast, keeps its other functions and recovers by itself
  The application uses etcd and Redis. The network drops every packet between the application and all members of one service.

  @INFRA-NET-1 @critical
  Rule: Calls to an unreachable service fail in bounded time and with a clear error

    Scenario Outline: The application uses <service> while it is unreachable
      Given the application is cut off from <service>
      When the application writes to <service> and reads from it 3 times each
      Then each call fails within 3 seconds with a time-out error

      Examples:
        | service |
        | etcd    |
        | Redis   |

  @INFRA-NET-2 @critical
  Rule: Functions that do not need the unreachable service keep working

    Scenario Outline: The application uses <other> while <service> is unreachable
      Given an application that keeps writing to <service> is cut off from it until 1 write fails
      When the application writes to <other> and reads from it 20 times each
      Then each call succeeds within 1 second, and all of them within 10 seconds

      Examples:
        | service | other |
        | etcd    | Redis |
        | Redis   | etcd  |

  @INFRA-NET-3 @recovery @critical
  Rule: After the network recovers, all functions work again without a restart

    Scenario Outline: <service> was unreachable for a while
      Given an application that keeps writing to <service> is cut off from it until 2 writes fail
      When the network heals
      Then within 5 seconds of the recovery the application's writes are confirmed again
      And no write that <service> confirmed is lost
      And no member was restarted

      Examples:
        | service |
        | etcd    |
        | Redis   |
