@assistant
Feature: Engineers know what the assistant's own work costs, and learn on the same day when it costs more
  The assistant measures its own work, and compares it with the first time. A real slowdown that can be made from outside is a
  larger configuration: the more operations it has, the longer it takes to load and to check.

  @RES-PERF-3 @minor
  Rule: The cost of each preset and each check is measured and reported

    Scenario: Everything is measured
      When Ana has everything measured
      Then she is told, each with its error, the cost of "configuration_load, validation, retry_overhead, breaker_overhead, metrics_overhead, request_overhead"
      And she is told the cost of a request under every preset
      And the same figures can be looked up later

    Scenario: What takes longer is measured as longer
      Given Ana has had "configuration_load, validation" measured
      And Ana has registered 90 more operations
      When Ana has "configuration_load, validation" measured
      Then each of these figures is at least twice as high as at first

  @RES-METRIC-3 @normal
  Rule: When the assistant's own work becomes slower, an alert is sent

    Background:
      Given Ana has had "configuration_load" measured

    Scenario: The configuration becomes larger
      When Ana registers 90 more operations
      And Ana has "configuration_load" measured
      Then it is reported as slower than at first
      And within 1 second the on-call engineers are alerted that "configuration_load" has become slower
      And the alert says what has happened, when, how severe it is, and which limit was crossed

    Scenario: It stays slow, even over a restart
      Given Ana has registered 90 more operations
      And Ana has had "configuration_load" measured
      And the on-call engineers have been alerted that "configuration_load" has become slower
      When the assistant is killed and started again
      And Ana has "configuration_load" measured
      Then it is reported as slower than at first
      And for 0.3 seconds no other alert about it arrives, and it is not over

    Scenario: The configuration is small again
      Given Ana has registered 90 more operations
      And Ana has had "configuration_load" measured
      And the on-call engineers have been alerted that "configuration_load" has become slower
      When Ana removes all other operations
      And Ana has "configuration_load" measured
      Then within 1 second they are told that it is over

    Scenario: Nothing has changed
      When Ana has "configuration_load" measured 3 times
      Then it is not reported as slower than at first
      And for 0.3 seconds nobody is alerted that "configuration_load" has become slower
