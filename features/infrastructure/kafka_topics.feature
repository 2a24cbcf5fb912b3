@infrastructure @needs.kafka
Feature: Messages sent to Kafka arrive completely and in order
  Three brokers. Each partition of a topic has a replica on every broker. A message is confirmed once two brokers hold it.

  @INFRA-KAFKA-1 @needs.members @critical
  Rule: A new topic has three replicas in sync

    Scenario: A topic is created
      When a Kafka topic with 3 partitions is created
      Then within 5 seconds each of the 3 partitions has 3 replicas, all in sync
      And a message is confirmed once 2 brokers hold it

  @INFRA-KAFKA-2 @critical
  Rule: While no broker fails, every message is processed exactly once

    Scenario: An application sends 1,000 messages
      Given a Kafka topic with 3 partitions
      And an application has sent 50 changes of each of 20 orders
      When "Ana" and "Ben" consume the messages as one group
      Then within 20 seconds the consumers have processed every confirmed message
      And no message has been processed twice

  @INFRA-KAFKA-3 @blocker
  Rule: The changes of one order are processed in the order in which they were sent

    Background:
      Given a Kafka topic with 3 partitions

    Scenario: No broker fails
      Given an application has sent 50 changes of each of 20 orders
      When "Ana" and "Ben" consume the messages as one group
      Then within 20 seconds the consumers have processed every confirmed message
      And the changes of each order have been processed in the order in which they were sent

    @needs.nodes
    Scenario: The broker that leads the topic freezes while the application sends messages
      Given an application keeps sending messages, and "Ana" and "Ben" both process them as one group
      When the Kafka broker that leads the topic freezes
      And 100 more writes of the application have been confirmed
      Then within 20 seconds the consumers have processed every confirmed message
      And the changes of each order have been processed in the order in which they were sent
