@infrastructure @load
Feature: What everything else waits for is quick
  Measured by one caller, one call after the other, across the network between the applications' host and the members.

  @INFRA-PERF-1 @needs.etcd @normal
  Rule: A value is written to etcd in 10 milliseconds and read in 5

    Scenario: Writing
      When 500 values are written to etcd, one after the other
      Then half of the calls take 0.01 seconds or less

    Scenario: Reading
      When 500 values are read from etcd, one after the other
      Then half of the calls take 0.005 seconds or less

  @INFRA-PERF-2 @needs.kafka @normal
  Rule: More than 10,000 messages a second go through Kafka

    Scenario: One program sends and another receives
      Given a Kafka topic with 3 partitions
      When 100,000 messages are sent through Kafka as fast as it takes them
      Then all of them arrive, more than 10,000 a second

  @INFRA-PERF-3 @needs.redis @normal
  Rule: Redis answers within a millisecond

    Scenario: Writing and reading in turn
      When 1,000 values are written to Redis and read again, one after the other
      Then half of the calls take 0.001 seconds or less

  @INFRA-PERF-4 @needs.mysql @normal
  Rule: MySQL answers a simple question within 10 milliseconds

    Scenario: Through a pool of connections
      Given an application with a pool of connections to MySQL
      When 500 simple questions are asked of MySQL through the pool, one after the other
      Then half of the calls take 0.01 seconds or less
