@infrastructure @INFRA-ENV-1 @normal
Feature: Operators can judge their own services where they run
  MYSQL_ADDR, REDIS_ADDR, ETCD_ADDR and KAFKA_ADDR say where that is. The same features are asked; what they would have to
  stop or to cut off is left out.

  Rule: A service that already runs is judged as far as that takes no power over it, and is left as it was

    @needs.<tag>
    Scenario Outline: <service> runs already
      Given a run that was killed 2 days ago has left something in <service>
      When the gate tests <service> where it runs
      Then every scenario that stops or cuts off nothing has passed
      And every other scenario was not applicable, because "a service that is already running is not stopped or cut off for a test"
      And nothing of either run is left in <service>

      Examples:
        | service | tag   |
        | etcd    | etcd  |
        | Kafka   | kafka |
        | Redis   | redis |
        | MySQL   | mysql |
