@infrastructure @needs.mysql
Feature: The clients of an application share 25 connections to MySQL
  The application opens 25 connections at most, keeps 5 of them open while they are idle, and renews a connection that is
  5 minutes old. MySQL itself counts the connections.

  Background:
    Given an application with a pool of connections to MySQL

  @INFRA-MYSQL-1 @critical
  Rule: The pool opens at most 25 connections, and keeps 5 idle connections open

    Scenario: 25 clients hold a connection each, and one more client sends a query
      Given 25 clients of the application hold a connection each
      When one more client sends a query
      Then the query is refused after 3 seconds, and before 6 seconds, because no connection is free
      And MySQL counts 25 connections of the application

    Scenario: All clients return their connections
      Given 25 clients of the application hold a connection each
      When all clients return their connections
      Then MySQL counts 5 connections of the application, and still does after 3 seconds

  @INFRA-MYSQL-1 @normal
  Rule: A connection is renewed once it is 5 minutes old, and not before

    Scenario: 4 minutes pass
      Given 5 clients of the application have taken and returned a connection each
      When 4 minutes pass on the application's clock
      And 5 clients of the application take a connection each
      Then the clients get the same connections as before

    Scenario: 6 minutes pass
      Given 5 clients of the application have taken and returned a connection each
      When 6 minutes pass on the application's clock
      And 5 clients of the application take a connection each
      Then the clients get new connections
      And MySQL counts 5 connections of the application

  @INFRA-MYSQL-2 @critical
  Rule: Every confirmed order is stored once, also when many clients store orders at the same time, and when MySQL is killed

    Scenario: 50 clients store 4 orders each
      When 50 clients store 4 orders each at the same time
      Then all 200 orders are confirmed, and MySQL holds each order once

    @needs.nodes @recovery
    Scenario: MySQL is killed while an application stores orders
      Given an application keeps storing orders in MySQL
      And 50 more writes of the application have been confirmed
      And the MySQL server is killed
      When the MySQL server is started again
      Then within 10 seconds of the recovery the application's writes are confirmed again
      And MySQL holds every confirmed order once

  @INFRA-MYSQL-3 @critical
  Rule: When all connections are in use, further clients wait and are then served

    Scenario: 40 clients send a query of half a second at the same time
      When 40 clients send a query of 0.5 seconds at the same time
      Then all 40 queries are answered, the last one at least 1 second after the first one was sent
      And MySQL never counted more than 25 connections of the application
      And the pool reports 0 connections in use and 5 idle
      And MySQL counts 5 connections of the application

  @INFRA-MYSQL-5 @normal
  Rule: The statistics of the pool are correct

    Scenario Outline: <count> clients hold a connection each
      When <count> clients of the application take a connection each
      Then the pool reports <count> connections in use and 0 idle
      And the pool reports as many connections as MySQL counts

      Examples:
        | count |
        | 3     |
        | 10    |
        | 25    |

    Scenario: 25 clients return their connections, and 3 clients take one each
      Given 25 clients of the application hold a connection each, as the pool reports
      When all clients return their connections
      And 3 clients of the application take a connection each
      Then the pool reports 3 connections in use and 2 idle
      And the pool reports as many connections as MySQL counts
