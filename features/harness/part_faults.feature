@harness
Feature: A part that is killed, frozen or stopped really is, and comes back
  Real processes get real signals. What a caller notices is measured past the fault proxy, at the part itself.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR

  Rule: A caller notices what the words say, and nothing once it is over

    @critical
    Scenario Outline: The <part> <trouble>
      Given the <part> <trouble>
      When somebody calls the <part> itself
      Then the caller <notices>
      And once the <part> has recovered, a caller is answered

      Examples: Programs of different makers
        | part            | trouble    | notices                                     |
        | provider        | is killed  | is refused                                  |
        | provider        | freezes    | is connected and hears nothing for 0.5 seconds |
        | saved copy      | is killed  | is refused                                  |
        | saved copy      | freezes    | is connected and hears nothing for 0.5 seconds |
        | saved copy      | is stopped | is refused                                  |
        | database        | is killed  | is refused                                  |
        | database        | freezes    | is connected and hears nothing for 0.5 seconds |
        | database        | is stopped | is refused                                  |
        | catalog service | is killed  | is refused                                  |
        | catalog service | freezes    | is connected and hears nothing for 0.5 seconds |
        | catalog service | is stopped | is refused                                  |

    @normal
    Scenario: A restart is a new process at the same address
      When the catalog service is killed and started again
      Then the catalog service is another process than before
      And a caller of the catalog service is answered

    @normal
    Scenario: A second instance is broken by itself
      Given a second catalog service runs
      And the second catalog service freezes
      When somebody calls the second catalog service itself
      Then the caller is connected and hears nothing for 0.5 seconds
      And a caller of the catalog service is answered
