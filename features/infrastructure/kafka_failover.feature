@infrastructure @needs.kafka @failover
Feature: Applications that use Kafka keep working when a broker fails
  Three brokers, of which one may fail. A message is confirmed once two brokers hold it. A consumer commits the offset of a
  message after it has processed the message.

  Background:
    Given a Kafka topic with 3 partitions

  @INFRA-KAFKA-4 @needs.nodes @blocker
  Rule: Producers continue, and no confirmed message is lost

    Scenario Outline: While an application sends messages, <broker> <fault>
      Given an application keeps sending messages, and "Ana" and "Ben" both process them as one group
      When <broker> <fault>
      Then within 15 seconds the application's writes are confirmed again
      And within 20 seconds the consumers have processed every confirmed message

      Examples:
        | broker                                | fault      |
        | the Kafka broker that leads the topic | is killed  |
        | the Kafka broker that leads the topic | is stopped |
        | the Kafka broker that leads the topic | freezes    |
        | a Kafka broker that follows           | is killed  |

  @INFRA-KAFKA-4 @needs.nodes @blocker
  Rule: A message that one broker alone holds is not confirmed

    Scenario: Two of the three brokers freeze
      When the Kafka brokers that follow freeze
      And an application tries for 5 seconds to send 20 messages
      Then none of the messages is confirmed

  @INFRA-KAFKA-5 @blocker
  Rule: Consumers continue, and process every confirmed message

    @needs.nodes
    Scenario Outline: While a group consumes messages, <broker> <fault>
      Given an application keeps sending messages, and "Ana" and "Ben" both process them as one group
      When <broker> <fault>
      And 100 more writes of the application have been confirmed
      Then within 20 seconds the consumers have processed every confirmed message

      Examples:
        | broker                                      | fault     |
        | the Kafka broker that coordinates the group | is killed |
        | the Kafka broker that coordinates the group | freezes   |

    Scenario: One of two consumers leaves the group while it processes messages, and the other takes over
      Given an application keeps sending messages, and "Ana" and "Ben" both process them as one group
      When "Ben" leaves the group while it processes messages
      Then within 10 seconds "Ana" consumes all 3 partitions
      And within 20 seconds the consumers have processed every confirmed message

    Scenario: One of two consumers hangs, and the other takes over
      Given an application keeps sending messages, and "Ana" and "Ben" both process them as one group
      When "Ben" hangs while it processes a message
      Then within 10 seconds "Ana" consumes all 3 partitions
      And within 20 seconds the consumers have processed every confirmed message

  @INFRA-KAFKA-6 @needs.nodes @recovery @critical
  Rule: A broker that returns catches up

    Scenario Outline: The broker that leads the topic <fault> and returns
      Given an application keeps sending messages
      And the Kafka broker that leads the topic <fault>, and within 15 seconds the application's writes are confirmed again
      When the failed member returns
      Then within 20 seconds each of the 3 partitions has 3 replicas, all in sync

      Examples:
        | fault     |
        | is killed |
        | freezes   |
