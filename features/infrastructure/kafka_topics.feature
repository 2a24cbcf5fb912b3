@infrastructure @needs.kafka
Feature: What is sent to Kafka arrives whole and in order
  Three brokers. Each partition of a topic is kept by all three; a message counts as confirmed once two have it.

  @INFRA-KAFKA-1 @needs.members @critical
  Rule: A topic is kept by three brokers from the start

    Scenario: A topic is created
      When a Kafka topic with 3 partitions is created
      Then within 5 seconds each of its 3 partitions has 3 replicas, all in sync

  @INFRA-KAFKA-2 @critical
  Rule: What was sent is what arrives

    Scenario: 1,000 messages
      Given a Kafka topic with 3 partitions
      And an application has sent 50 changes of each of 20 orders
      When "Ana" and "Ben" consume them as one group
      Then within 20 seconds every message that was confirmed has been worked on
      And none of them twice

  @INFRA-KAFKA-3 @blocker
  Rule: What happened to one thing is told in the order in which it happened

    Background:
      Given a Kafka topic with 3 partitions

    Scenario: 50 changes of each of 20 orders
      Given an application has sent 50 changes of each of 20 orders
      When "Ana" and "Ben" consume them as one group
      Then within 20 seconds every message that was confirmed has been worked on
      And the changes of each order came in the order in which they were sent

    @needs.nodes
    Scenario: The broker that leads freezes while the application sends
      Given "Ana" and "Ben" are consumers of one group
      And an application keeps sending messages
      And both of them are at work
      When the Kafka broker that leads the topic freezes
      And 100 more writes of the application have been confirmed
      Then within 20 seconds every message that was confirmed has been worked on
      And the changes of each order came in the order in which they were sent
