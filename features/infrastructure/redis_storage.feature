@infrastructure @needs.redis
Feature: Redis keeps the data of an application until it expires
  A primary with two replicas, monitored by three sentinels. Applications ask the sentinels for the address of the primary.

  @INFRA-REDIS-1 @critical
  Rule: A value can be read until it expires, and not afterwards

    @needs.members
    Scenario: Values are stored without an expiry
      Given an application has stored 20 values in Redis
      Then every stored value can be read from Redis
      And every Redis replica holds every stored value

    Scenario: An application stores 10 MB without an expiry
      Given an application has stored 100 values of 100 KB each in Redis
      Then every stored value can be read from Redis

    Scenario: A session expires after one second
      Given an application has stored a session in Redis for 1 second
      When the application keeps reading the session
      Then every read before the expiry found the session
      And no read after the expiry found the session

  @INFRA-REDIS-2 @needs.nodes @recovery @blocker
  Rule: Confirmed values survive a crash of every server

    Scenario: Every Redis server is killed at the same moment and returns
      Given an application has stored 200 values in Redis
      And every Redis replica holds every stored value
      When every Redis server is killed and returns
      Then within 15 seconds Redis is healthy again
      And every stored value can be read from Redis
