@assistant
Feature: Nobody can use up what others need

  Background:
    Given an answer may take 3 seconds, and is slow after 2 seconds

  @RES-CONC-1 @blocker
  Rule: However many ask at once, exactly as many requests are answered as their key allows

    Scenario Outline: 40 people at once, with <assistants>
      Given <assistants> run
      And each key allows 10 requests a minute
      When 40 people ask for summaries at once
      Then exactly 10 people were answered, and the others refused with 429, "rate_limited"
      And the AI service received exactly 10 requests
      And each refusal says truly when to come back

      Examples:
        | assistants     |
        | one assistant  |
        | two assistants |

    Scenario: Somebody else's key
      Given each key allows 3 requests a minute
      And 4 people, one after the other, have asked for summaries
      When a partner asks for a summary with a key of their own
      Then the answer is live, after 1 attempt

    Scenario Outline: 40 people at once, and the store <fault>
      Given each key allows 10 requests a minute
      And the store <fault>
      When 40 people ask for summaries at once
      Then exactly 10 people were answered, and the others refused with 429, "rate_limited"
      And the AI service received exactly 10 requests

      Examples:
        | fault         |
        | is down       |
        | cannot be reached |
