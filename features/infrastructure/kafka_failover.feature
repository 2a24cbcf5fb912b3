@infrastructure @needs.kafka @failover
Feature: Applications on Kafka go on when a broker fails
  Three brokers, of which two suffice. A message counts as confirmed once two have it; a consumer says that it is done
  with a message once its work is done.

  Background:
    Given a Kafka topic with 3 partitions

  @INFRA-KAFKA-4 @needs.nodes @blocker
  Rule: Who sends messages goes on, and none that was confirmed is lost

    Scenario Outline: While an application sends, <broker> <trouble>
      Given "Ana" and "Ben" are consumers of one group
      And an application keeps sending messages
      And both of them are at work
      When <broker> <trouble>
      Then within 15 seconds the application's writes are confirmed again
      And within 20 seconds every message that was confirmed has been worked on

      Examples:
        | broker                                | trouble    |
        | the Kafka broker that leads the topic | is killed  |
        | the Kafka broker that leads the topic | is stopped |
        | the Kafka broker that leads the topic | freezes    |
        | a Kafka broker that follows           | is killed  |

  @INFRA-KAFKA-5 @blocker
  Rule: Who consumes messages goes on, and every message is worked on

    @needs.nodes
    Scenario Outline: While a group consumes, <broker> <trouble>
      Given "Ana" and "Ben" are consumers of one group
      And an application keeps sending messages
      And both of them are at work
      When <broker> <trouble>
      And 100 more writes of the application have been confirmed
      Then within 20 seconds every message that was confirmed has been worked on

      Examples:
        | broker                                      | trouble   |
        | the Kafka broker that coordinates the group | is killed |
        | the Kafka broker that coordinates the group | freezes   |

    Scenario: One of two consumers ends in the middle of its work, and the other takes over
      Given "Ana" and "Ben" are consumers of one group
      And an application keeps sending messages
      And both of them are at work
      When "Ben" ends in the middle of its work
      Then within 10 seconds "Ana" works on all 3 partitions
      And within 20 seconds every message that was confirmed has been worked on

  @INFRA-KAFKA-6 @needs.nodes @recovery @critical
  Rule: A broker that returns catches up

    Scenario Outline: The broker that leads <trouble>, and returns
      Given an application keeps sending messages
      And the Kafka broker that leads the topic <trouble>
      And within 15 seconds the application's writes are confirmed again
      When the failed member returns
      Then within 20 seconds each of its 3 partitions has 3 replicas, all in sync

      Examples:
        | trouble   |
        | is killed |
        | freezes   |
