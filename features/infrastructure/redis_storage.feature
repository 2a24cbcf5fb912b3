@infrastructure @needs.redis
Feature: What an application keeps in Redis is there as long as it should be
  A primary with two replicas, watched by three sentinels. Applications ask the sentinels where the primary is.

  @INFRA-REDIS-1 @critical
  Rule: A value is read back until its time is up, and not a moment longer

    @needs.members
    Scenario: A session is stored without an end
      Given an application has stored 20 values in Redis
      Then all that was stored is read back
      And every Redis replica holds it too

    Scenario: A session is stored for one second
      When an application stores a session in Redis for 1 second and reads it all the while
      Then every read before that second was over found it
      And no read after that second was over found it

  @INFRA-REDIS-2 @needs.nodes @recovery @blocker
  Rule: What was confirmed survives the crash of every server

    Scenario: Every Redis server is killed at the same moment and comes back
      Given an application has stored 200 values in Redis
      And every Redis replica holds it too
      When every Redis server is killed
      And every Redis server returns
      Then within 15 seconds Redis is whole again
      And all that was stored is read back
