@assistant
Feature: People get earlier answers of the AI service for what they are, and only their own
  The assistant gives a stored answer without asking the AI service for one second.

  @RES-PIPE-5 @fallback @blocker
  Rule: A fallback answer is never stored as a real one

    Scenario: The AI service works again when the person asks again
      Given the AI service answers 3 requests with error 503 and then works
      When a person asks for a summary
      Then the person gets a fallback answer that says when to come back
      And the store holds no answer for summaries
      When the person asks for the same again
      Then the answer is live, after 1 attempt

  @RES-PIPE-5 @fallback @blocker
  Rule: A stored answer tells its age, and is given instead of a live one only while it is fresh

    Scenario: It is fresh
      Given a person has asked for a summary
      When the person asks for the same again
      Then the answer is cached, after 0 attempts
      And the answer tells how long ago the AI service gave it
      And the AI service received exactly 1 request

    Scenario: It is old, and the AI service works
      Given a person has asked for a summary
      When the person asks for the same again, until the AI service is asked
      Then the answer is live, after 1 attempt
      And the AI service received exactly 2 requests

    Scenario: It is old, and the AI service fails
      Given a person has asked for a summary
      And the AI service answers with error 503
      When the person asks for the same again, until the AI service is asked
      Then the answer is cached, after 3 attempts
      And the answer tells how long ago the AI service gave it

    Scenario: It is old, and the assistant has given up on the AI service
      Given a person has asked for a summary
      And Ana has stopped the use of the AI service for summaries
      When the person asks for the same again, until the AI service is asked
      Then the answer is cached, after 0 attempts
      And the failures that the answer names are breaker_open

  @RES-PIPE-6 @blocker
  Rule: A stored answer is given only to the same question, and only if it is whole

    Scenario Outline: Two people ask for summaries of texts that <differ>
      When two people, one after the other, ask for summaries of texts that <differ>
      Then every answer is live
      And the AI service received exactly 2 requests

      Examples:
        | differ                     |
        | are long and end otherwise |
        | differ in their capitals   |
        | differ in their spaces     |

    Scenario: Somebody asks for something else about the same text
      Given a person has asked for a summary
      When another person asks for key points of the same text
      Then the answer is live, after 1 attempt

    Scenario: Somebody asks another question about the same text
      Given a person has asked for an answer to a question
      When another person asks "When did it arrive?" of the same text
      Then the answer is live, after 1 attempt

    Scenario: The instruction to the AI service has been changed
      Given a person has asked for a summary
      When Ana sets operations.summarize.prompt to "Summarize in one word."
      And the person asks for the same again
      Then the answer is live, after 1 attempt

    Scenario Outline: What the store holds has become <damage>
      Given a person has asked for a summary
      And the stored answer for summaries has become <damage>
      When the person asks for the same again
      Then the answer is live, after 1 attempt

      Examples:
        | damage                     |
        | cut off in the middle      |
        | empty                      |
        | no text at all             |
        | an answer without text     |
        | an answer that is not text |
        | without its age            |
        | a list                     |
