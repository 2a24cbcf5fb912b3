@infrastructure @needs.redis
Feature: Many clients share a few connections to Redis
  The application opens 10 connections at most. The Redis server counts them.

  Background:
    Given an application that opens at most 10 connections to Redis

  @INFRA-REDIS-3 @critical
  Rule: Connections are reused

    Scenario: 50 clients increment a counter at the same time
      When 50 clients of the application increment a counter 20 times each at the same time
      Then the counter in Redis is 1,000
      And Redis never listed more than 10 connections of the application

  @INFRA-REDIS-5 @critical
  Rule: When all connections are in use, a client is refused after a short wait, and later clients are served

    Scenario: Long requests use all connections
      Given 10 long requests of the application are in progress
      When 5 more clients send a request
      Then all 5 requests are refused after 2.5 seconds, and before 6 seconds, because no connection is free
      And Redis counts 10 connections of the application

    Scenario: The long requests end
      Given 5 more clients have sent a request while 10 long requests were in progress
      When the long requests end
      And 50 clients of the application increment a counter 20 times each at the same time
      Then the counter in Redis is 1,000
      And none of the 10 connections has leaked
