@infrastructure @load
Feature: What everything else waits for is quick
  Measured by one caller, one call after the other, across the network between the applications' host and the members. The
  median is held against the budget that the register of requirements has under the same name.

  @INFRA-PERF-1 @needs.etcd @normal
  Rule: A value is written to etcd in 10 milliseconds and read in 5

    Scenario: Writing
      When 500 values are written to etcd, one after the other
      Then "a single write to etcd" is within its budget

    Scenario: Reading
      When 500 values are read from etcd, one after the other
      Then "a single read from etcd" is within its budget

  @INFRA-PERF-2 @needs.kafka @normal
  Rule: More than 10,000 messages a second go through Kafka

    Scenario: One program sends and another receives
      Given a Kafka topic with 3 partitions
      When 100,000 messages are sent through Kafka as fast as it takes them
      Then all of them arrive
      And "messages through Kafka" is within its budget

  @INFRA-PERF-3 @needs.redis @normal
  Rule: Redis answers within a millisecond

    Scenario: Writing and reading in turn
      When 1,000 values are written to Redis and read again, one after the other
      Then "a single operation of Redis" is within its budget

  @INFRA-PERF-4 @needs.mysql @normal
  Rule: MySQL answers a simple question within 10 milliseconds

    Scenario: Through a pool of connections
      Given an application with a pool of connections to MySQL
      When 500 simple questions are asked of MySQL through the pool, one after the other
      Then "a simple query through the pool" is within its budget
