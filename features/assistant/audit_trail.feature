@assistant
Feature: Auditors find out who changed what and when, and engineers what became of which request
  Nobody can take anything back from the record without being found out.

  @RES-MIGR-4 @critical
  Rule: Each change is recorded with its author, its time, and the configuration before and after

    Scenario Outline: <edit>
      Given Ana has registered "translate" with the instruction "Translate to English."
      When <edit>
      Then the last change in the audit trail is by "<author>", made just now, from what was to what is

      Examples:
        | edit                                                                 | author |
        | Ben sets default.retry.attempts to 4                                 | ben    |
        | Ana sets retry.attempts of "translate" to 2                          | ana    |
        | Ben registers "correct" with the instruction "Correct the spelling." | ben    |
        | Ana removes "translate"                                              | ana    |
        | Ben applies the preset "production"                                  | ben    |
        | Ana has "RETRY_MAX_ATTEMPTS=2" migrated and applied                  | ana    |

    Scenario: A change that was refused
      Given Ana has set default.retry.attempts to 4
      When Ben sets default.retry.attempts to 99
      Then the audit trail has no change by "ben"

    Scenario: The configuration file was changed
      When the configuration file sets default.retry.attempts to 2
      Then the last change in the audit trail is by "service", of default.retry.attempts from 3 to 2

  @RES-MIGR-4 @critical
  Rule: A record outlives the process, whatever ends it

    Scenario: The assistant is killed right after a change
      Given Ben has set default.retry.attempts to 4
      When the assistant is killed and started again
      Then the last change in the audit trail is by "ben", of default.retry.attempts from 3 to 4
      And the audit trail is intact

    Scenario: The assistant is killed in the middle of changes
      When the assistant is killed while Ana changes the configuration, and is started again
      Then the audit trail has every change that was accepted, once and in order
      And the audit trail is intact

    Scenario: The assistant is killed while it writes
      Given Ben has set default.retry.attempts to 4
      When the assistant is killed in the middle of a line of the audit trail, and is started again
      Then the audit trail is intact
      And the audit trail tells that it was repaired
      And the last change in the audit trail is by "ben", of default.retry.attempts from 3 to 4

  @RES-MIGR-4 @critical
  Rule: Tampering with the record shows

    Background:
      Given Ana has set default.retry.attempts to 4
      And Ben has set default.retry.attempts to 2
      And Ana has set default.retry.attempts to 5

    Scenario: Nobody has touched it
      When an auditor follows the chain of the audit trail in its file
      Then each line holds its own hash and that of the line before
      And the audit trail is intact

    Scenario Outline: Somebody <tampers>
      When somebody <tampers> in the file of the audit trail
      Then the audit trail is broken from there on

      Examples:
        | tampers                                          |
        | gives Ben's change another author                |
        | gives Ben's change another author and a new hash |
        | removes Ben's change                             |
        | repeats Ben's change                             |
        | exchanges Ben's change and the one before        |
        | cuts off Ben's change and all that follows       |

  @RES-EXC-5 @critical
  Rule: Every failed attempt of every request is recorded, and nothing else

    Scenario Outline: Many people ask an AI service that <fails>
      Given an answer may take 5 seconds, and is slow after 5 seconds
      And the AI service <fails>
      When 40 people ask for all kinds of things at once
      Then the audit trail has exactly the failed attempts that the AI service has seen
      And it has, of each person who met an error, the attempts and the source of the answer

      Examples:
        | fails                                                       |
        | answers 60 requests with error 503 and then works           |
        | answers the first attempt of 1 in 3 requests with error 503 |

    Scenario: Nothing has failed
      When 5 people ask for all kinds of things at once
      Then the audit trail has no failed attempt

    Scenario: What people wrote stays theirs
      Given the AI service answers with error 503
      When a person asks for an answer to a question
      Then the audit trail of that request has 3 failed attempts: server_error, server_error, server_error
      And neither the text nor the question nor any key is in the audit trail
