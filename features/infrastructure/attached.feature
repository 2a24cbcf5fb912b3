@infrastructure @INFRA-ENV-1 @normal
Feature: Operators can test their own running services
  MYSQL_ADDR, REDIS_ADDR, ETCD_ADDR and KAFKA_ADDR hold the addresses. The same features run, without the scenarios that would
  have to stop a service or to cut it off.

  Rule: A running service is tested without stopping or changing it

    @needs.<tag>
    Scenario Outline: <service> is already running
      Given a run that was killed 2 days ago has left data in <service>
      When the gate tests <service> at its address
      Then every scenario that injects no fault has passed
      And every other scenario was not applicable, because "a service that is already running is not stopped or cut off for a test"
      And neither run has left data in <service>

      Examples:
        | service | tag   |
        | etcd    | etcd  |
        | Kafka   | kafka |
        | Redis   | redis |
        | MySQL   | mysql |
