@assistant @chaos @random
Feature: People are answered while parts fail at random, one by one or several at once
  Faults, their moments and their durations are drawn from the seed that is printed with the verdict; the same seed draws the same
  faults again. People ask both assistants throughout. What an assistant counts is compared with what people know: a request
  without an answer may have been counted or not.

  Background:
    Given a second assistant runs
    And the assistant gives up on a service for 1.5 seconds
    And 6 people keep asking for all kinds of things, and try the other assistant when one does not answer

  @RES-PIPE-6 @RES-CONC-1 @recovery @blocker
  Rule: Everybody gets the answer to their own question or an honest fallback answer, and everything heals by itself

    Scenario: Only the AI service fails
      When the AI service fails at random for 6 seconds
      Then within 15 seconds every assistant is healthy, and gives live answers of every kind
      And at least 200 requests were answered, each within 3 seconds, with the answer to what was asked or a fallback answer that says so
      And no request reached the AI service while an assistant said that it is not used
      And monitoring of every assistant that was never stopped adds up to what people were answered

    Scenario: The AI service, the store and the assistants fail
      When the AI service, the store and the assistants fail at random for 8 seconds
      Then within 20 seconds every assistant is healthy, and gives live answers of every kind
      And at least 200 requests were answered, each within 5 seconds, with the answer to what was asked or a fallback answer that says so
      And no request reached the AI service while an assistant said that it is not used
      And monitoring of every assistant that was never stopped adds up to what people were answered
