@infrastructure @needs.mysql @INFRA-MYSQL-4
Feature: A query that takes too long does not take the application down
  After 2 seconds the application has MySQL stop a query.

  Background:
    Given an application with a pool of connections to MySQL

  @critical
  Rule: A long query is stopped, and its connection can be used again

    Scenario: One client asks for something that would take half a minute
      When a client asks for something that would take 30 seconds
      Then within 4 seconds everyone is told that it took too long
      And MySQL works on none of it any more
      And the pool says that 0 are in use and 1 are idle

    Scenario: Long queries take up every connection
      When 25 clients ask at once for something that takes 30 seconds
      Then within 6 seconds everyone is told that it took too long
      And MySQL works on none of it any more
      And the pool says that 0 are in use and 5 are idle

    Scenario: Everyone asks again once the long queries have been stopped
      Given 25 clients have asked at once for something that takes 30 seconds
      When 25 clients ask at once for something that takes 0.1 seconds
      Then all 25 are answered

  @needs.nodes @recovery @critical
  Rule: When MySQL has been away the pool recovers by itself

    Scenario Outline: MySQL <trouble> while the pool holds connections
      Given 10 of its clients have taken a connection each
      And they have given it back
      And the MySQL server <trouble>
      When the MySQL server recovers
      And 25 clients ask at once for something that takes 0.1 seconds
      Then all 25 are answered
      And the pool's own statistics agree with what MySQL counts

      Examples:
        | trouble    |
        | is killed  |
        | is stopped |
