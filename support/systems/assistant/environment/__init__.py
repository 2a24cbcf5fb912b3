"""The assistant and everything that it depends on, on each backend."""

from contextlib import AbstractContextManager
from pathlib import Path

from support.core.errors import UsageError
from support.core.settings import Settings
from support.systems.assistant.environment.site import Site


def open_site(backend: str, settings: Settings, logs: Path) -> AbstractContextManager[Site]:
    """What the other backends need is not loaded: a client of the container engine takes its time."""
    if backend != "embedded":
        raise UsageError(f"the assistant cannot be run with backend={backend} yet; say backend=embedded")
    from support.systems.assistant.environment.embedded import embedded_assistant  # noqa: PLC0415

    return embedded_assistant(settings, logs)
