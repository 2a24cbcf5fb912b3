@infrastructure @needs.mysql
Feature: The clients of an application share 25 connections to MySQL
  The application opens 25 connections at most, keeps 5 of them while there is nothing to do, and renews each after
  5 minutes. How many there are is counted by MySQL itself.

  Background:
    Given an application with a pool of connections to MySQL

  @INFRA-MYSQL-1 @critical
  Rule: There are never more than 25, and 5 stay open

    Scenario: 25 clients have a connection each, and one more asks
      Given 25 of its clients have taken a connection each
      When one more client asks for something
      Then it is refused after 3 seconds, because no connection is free
      And MySQL counts 25 connections of it

    Scenario: All of them have ended
      Given 25 of its clients have taken a connection each
      When they have given it back
      Then MySQL counts 5 connections of it

  @INFRA-MYSQL-1 @normal
  Rule: A connection is renewed once it is 5 minutes old, and not before

    Scenario: 4 minutes pass
      Given 5 of its clients have taken a connection each
      And they have given it back
      When 4 minutes pass on the application's clock
      Then the next 5 clients get the same connections

    Scenario: 6 minutes pass
      Given 5 of its clients have taken a connection each
      And they have given it back
      When 6 minutes pass on the application's clock
      Then the next 5 clients get new connections
      And MySQL counts 5 connections of it

  @INFRA-MYSQL-2 @critical
  Rule: What many store at once is all stored

    Scenario: 50 clients store 4 orders each
      When 50 clients store 4 orders each at the same moment
      Then all 200 orders are confirmed, and MySQL holds each of them once

  @INFRA-MYSQL-3 @critical
  Rule: Who comes when all are busy waits for a turn, and is served

    Scenario: 40 clients ask at once for something that takes half a second
      When 40 clients ask at once for something that takes 0.5 seconds
      Then all 40 are answered
      And the last of them was answered no sooner than 1 second after the first had asked
      And MySQL never counted more than 25 connections of it
      And the pool says that 0 are in use and 5 are idle
      And MySQL counts 5 connections of it

  @INFRA-MYSQL-5 @normal
  Rule: What the pool says of itself is so

    Scenario Outline: <count> clients have a connection each
      When <count> of its clients take a connection each
      Then the pool says that <count> are in use and 0 are idle
      And the pool's own statistics agree with what MySQL counts

      Examples:
        | count |
        | 3     |
        | 10    |
        | 25    |

    Scenario: Clients come and go
      Given 25 of its clients have taken a connection each
      When they have given it back
      And 3 of its clients take a connection each
      Then the pool says that 3 are in use and 2 are idle
      And the pool's own statistics agree with what MySQL counts
