@harness
Feature: A killed, frozen or stopped process really is, and it comes back
  Real processes receive real signals. The caller connects to the process itself, not through the fault proxy.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR

  Rule: A caller notices a process fault while it is in force, and nothing of it afterwards

    @critical
    Scenario Outline: The <part> <fault>
      Given the <part> <fault>
      When a caller calls the <part> directly
      Then the caller <notices>
      When the <part> recovers
      Then a caller of the <part> is answered

      Examples: Four different programs
        | part            | fault      | notices                                         |
        | provider        | is killed  | is refused                                      |
        | provider        | freezes    | is connected but gets no answer for 0.5 seconds |
        | saved copy      | is killed  | is refused                                      |
        | saved copy      | freezes    | is connected but gets no answer for 0.5 seconds |
        | saved copy      | is stopped | is refused                                      |
        | database        | is killed  | is refused                                      |
        | database        | freezes    | is connected but gets no answer for 0.5 seconds |
        | database        | is stopped | is refused                                      |
        | catalog service | is killed  | is refused                                      |
        | catalog service | freezes    | is connected but gets no answer for 0.5 seconds |
        | catalog service | is stopped | is refused                                      |

    @normal
    Scenario: A restart creates a new process at the same address
      When the catalog service is killed and started again
      Then the catalog service runs in a new process
      And a caller of the catalog service is answered

    @normal
    Scenario: A fault on the second instance does not affect the first one
      Given a second catalog service runs
      And the second catalog service freezes
      When a caller calls the second catalog service directly
      Then the caller is connected but gets no answer for 0.5 seconds
      And a caller of the catalog service is answered
