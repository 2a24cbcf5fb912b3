@infrastructure @load
Feature: Single operations of each service are fast
  One client makes one call after the other, across the network between the applications' host and the members. The median is
  compared with the budget of the same name in the register of requirements.

  @INFRA-PERF-1 @needs.etcd @normal
  Rule: A value is written to etcd within 10 milliseconds and read within 5 milliseconds

    Scenario: Values are written
      When 500 values are written to etcd, one after the other
      Then "a single write to etcd" is within its budget

    Scenario: Values are read
      When 500 values are read from etcd, one after the other
      Then "a single read from etcd" is within its budget

  @INFRA-PERF-2 @needs.kafka @normal
  Rule: Kafka carries more than 10,000 messages a second

    Scenario: One producer sends messages, and one consumer receives them
      Given a Kafka topic with 3 partitions
      When 100,000 messages are sent through Kafka at full speed
      Then all messages arrive
      And "messages through Kafka" is within its budget

  @INFRA-PERF-3 @needs.redis @normal
  Rule: Redis answers within a millisecond

    Scenario: Values are written, and then read
      When 1,000 values are written to Redis, and then read, one after the other
      Then "a single operation of Redis" is within its budget

  @INFRA-PERF-4 @needs.mysql @normal
  Rule: MySQL answers a simple query within 10 milliseconds

    Scenario: Simple queries are sent through a pool of connections
      Given an application with a pool of connections to MySQL
      When 500 simple queries are sent to MySQL through the pool, one after the other
      Then "a simple query through the pool" is within its budget
