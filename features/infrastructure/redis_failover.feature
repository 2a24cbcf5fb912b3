@infrastructure @needs.redis @needs.nodes @failover
Feature: An application that uses Redis keeps working when the primary fails
  A primary with two replicas, monitored by three sentinels. A write is confirmed once the primary and one replica hold it.
  The sentinels replace a primary that has not answered two of them for a second.

  Background:
    Given an application keeps writing to Redis

  @INFRA-REDIS-4 @blocker
  Rule: A replica takes over and holds every confirmed write

    Scenario Outline: The primary <fault>
      When the Redis primary <fault>
      Then within 10 seconds the application's writes are confirmed again
      And within 10 seconds another server is the Redis primary
      And no write that Redis confirmed is lost

      Examples:
        | fault      |
        | is killed  |
        | is stopped |
        | freezes    |

  @INFRA-REDIS-4 @recovery @critical
  Rule: A primary that returns follows the new one

    Scenario Outline: The primary <fault>, is replaced, and returns
      Given the Redis primary <fault>, and within 10 seconds the application's writes are confirmed again
      When the failed member returns
      Then within 15 seconds the former primary follows the new primary
      And within 15 seconds Redis is healthy again
      And no write that Redis confirmed is lost

      Examples:
        | fault     |
        | is killed |
        | freezes   |

  @INFRA-REDIS-4 @critical
  Rule: When a replica fails, the application's writes continue

    Scenario: A replica is killed
      When a Redis replica is killed
      Then within 1 second the application's writes are confirmed again
      And within 1 second the application can read every value that Redis confirmed

  @INFRA-REDIS-4 @critical
  Rule: A primary is replaced only when two sentinels agree that it has not answered for a second

    Scenario: A request keeps the primary busy for more than half a second
      When a request keeps the Redis primary busy for 0.6 seconds
      Then for 4 seconds the same server remains the Redis primary

    @partition @needs.namespaces
    Scenario: One sentinel cannot reach the primary
      When the Redis primary is cut off from one sentinel
      Then for 5 seconds the same server remains the Redis primary
      And no write that Redis confirmed is lost

  @INFRA-REDIS-1 @critical
  Rule: A value keeps its expiry when a replica takes over

    Scenario: A session expires while there is no primary
      Given an application has stored a session in Redis for 1 second
      When the Redis primary is killed while the application keeps reading the session
      Then no read after the expiry found the session

  @INFRA-REDIS-4 @partition @needs.namespaces @blocker
  Rule: An isolated primary confirms no write that will be lost

    Scenario: The primary is isolated from the other members, but not from the application
      Given the Redis primary is cut off from the other members
      And within 10 seconds another server is the Redis primary
      When the isolated member is reconnected
      Then within 15 seconds the former primary follows the new primary
      And no write that Redis confirmed is lost
