@infrastructure @needs.redis
Feature: Many clients share few connections to Redis
  An application opens 10 connections at most. How many there are is counted by the server.

  @INFRA-REDIS-3 @critical
  Rule: A connection is used again and again

    Scenario: 50 clients count to 20 each, all at once
      Given an application that opens 10 connections to Redis at most
      When 50 of its clients count to 20 each at the same moment
      Then the counter in Redis says 1,000
      And Redis has listed no more than 10 connections of it

  @INFRA-REDIS-5 @critical
  Rule: Who finds every connection taken waits for a moment, is refused, and is served once there is one

    Scenario: Every connection is taken by a request that takes long
      Given an application that opens 10 connections to Redis at most
      And 10 of its requests take long
      When 5 more of its clients ask for something
      Then all 5 are refused, because no connection is free
      And Redis counts 10 open connections of it

    Scenario: The long requests end
      Given an application that opens 10 connections to Redis at most
      And 10 of its requests take long
      And 5 more of its clients ask for something
      When the long requests end
      And 50 of its clients count to 20 each at the same moment
      Then the counter in Redis says 1,000
      And none of the 10 connections has leaked
