@infrastructure @needs.mysql @INFRA-MYSQL-4
Feature: A slow query does not make the application unavailable
  The application has MySQL cancel a query that has run for 2 seconds.

  Background:
    Given an application with a pool of connections to MySQL

  @critical
  Rule: A slow query is cancelled, and its connection can be used again

    Scenario: One client sends a query of one and a half seconds
      When one client sends a query of 1.5 seconds
      Then the query is answered

    Scenario: One client sends a query of half a minute
      When one client sends a query of 30 seconds
      Then each query fails within 4 seconds with a time-out error
      And MySQL runs none of the queries any longer
      And the pool reports 0 connections in use and 1 idle
      And MySQL counts 1 connection of the application

    Scenario: Slow queries use every connection
      When 25 clients send a query of 30 seconds at the same time
      Then each query fails within 6 seconds with a time-out error
      And MySQL runs none of the queries any longer
      And the pool reports 0 connections in use and 5 idle

    Scenario: Clients send short queries after the slow queries were cancelled
      Given 25 clients have sent a query of 30 seconds at the same time
      When 25 clients send a query of 0.1 seconds at the same time
      Then all 25 queries are answered

  @needs.nodes @recovery @critical
  Rule: After an outage of MySQL the pool recovers by itself

    Background:
      Given 10 clients of the application have taken and returned a connection each

    Scenario Outline: MySQL <fault> while the pool holds idle connections
      Given the MySQL server <fault>
      When the MySQL server recovers
      And 25 clients send a query of 0.1 seconds at the same time
      Then all 25 queries are answered
      And the pool reports as many connections as MySQL counts

      Examples:
        | fault      |
        | is killed  |
        | is stopped |
