"""The assistant and everything that it depends on, on each backend."""

from contextlib import AbstractContextManager
from pathlib import Path

from support.core.settings import Settings
from support.systems.assistant.environment.site import Site
from support.systems.assistant.settings import AssistantSettings


def open_site(backend: str, settings: Settings, logs: Path) -> AbstractContextManager[Site]:
    """What the other backends need is not loaded: a client of the container engine takes its time."""
    match backend:
        case "containers":
            from support.systems.assistant.environment.containers import contained_assistant  # noqa: PLC0415

            return contained_assistant(settings, logs)
        case "attached":
            from support.systems.assistant.environment.attached import attached_assistant  # noqa: PLC0415

            return attached_assistant(settings.of(AssistantSettings))
    from support.systems.assistant.environment.embedded import embedded_assistant  # noqa: PLC0415

    return embedded_assistant(settings, logs)
