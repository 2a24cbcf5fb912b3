"""The targets of faults in the assistant."""

from support.core.target import Target

AI_SERVICE = Target("AI service", service="ai-service")
STORE = Target("store", service="store")
ASSISTANT = Target("assistant", service="assistant", judged=True)
SECOND_ASSISTANT = Target(
    "second assistant", service="assistant", judged=True
)  # exists only in scenarios that start it

WEBHOOK = Target("webhook for alerts", service="assistant-alert-inbox")

TARGETS = (AI_SERVICE, STORE, WEBHOOK, ASSISTANT, SECOND_ASSISTANT)
