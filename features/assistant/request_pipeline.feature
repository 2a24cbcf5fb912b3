@assistant
Feature: People get an answer to every request, and the AI service gets no request that it need not have

  @RES-PIPE-1 @critical
  Rule: In normal operation an answer takes one attempt

    Scenario Outline: All is well
      When a person asks for <work>
      Then the answer is live, after 1 attempt
      And the AI service received exactly 1 request, and no other for 0.3 seconds

      Examples:
        | work                    |
        | a summary               |
        | a sentiment             |
        | key points              |
        | questions               |
        | an answer to a question |
