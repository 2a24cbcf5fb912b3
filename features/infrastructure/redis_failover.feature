@infrastructure @needs.redis @needs.nodes @failover
Feature: An application on Redis goes on when the primary fails
  A primary with two replicas, watched by three sentinels. A write counts as confirmed once the primary and one
  replica have it; the sentinels replace a primary that two of them have not heard for a second.

  @INFRA-REDIS-4 @blocker
  Rule: A replica takes over, with everything that was confirmed

    Scenario Outline: The primary <trouble> while an application writes
      Given an application keeps writing to Redis
      When the Redis primary <trouble>
      Then within 10 seconds the application's writes are confirmed again
      And within 10 seconds another server is the Redis primary
      And no write that Redis confirmed is lost

      Examples:
        | trouble    |
        | is killed  |
        | is stopped |
        | freezes    |

  @INFRA-REDIS-4 @recovery @critical
  Rule: A primary that returns follows the new one

    Scenario Outline: The primary <trouble>, is replaced, and returns
      Given an application keeps writing to Redis
      And the Redis primary <trouble>
      And within 10 seconds the application's writes are confirmed again
      When the failed member returns
      Then within 15 seconds it follows the new primary
      And within 15 seconds Redis is whole again
      And no write that Redis confirmed is lost

      Examples:
        | trouble   |
        | is killed |
        | freezes   |

  @INFRA-REDIS-4 @critical
  Rule: Nobody notices that a replica fails

    Scenario: A replica is killed while an application writes
      Given an application keeps writing to Redis
      And a Redis replica is killed
      And within 1 second the application's writes are confirmed again
      When 50 more writes of the application have been confirmed
      Then no write that Redis confirmed is lost

  @INFRA-REDIS-4 @partition @needs.namespaces @blocker
  Rule: A primary that is cut off confirms nothing that will be lost

    Scenario: The primary is cut off from the others, though the application still reaches it
      Given an application keeps writing to Redis
      And the Redis primary is cut off from the other members
      And within 10 seconds another server is the Redis primary
      When the isolated member is reconnected
      Then within 15 seconds it follows the new primary
      And no write that Redis confirmed is lost
