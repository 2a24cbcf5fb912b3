"""The AI service's stand-in: chat completions as of OpenAI. Rules select its requests by operation.

`python -m support.systems.assistant.standins.ai_service` runs it.
"""
