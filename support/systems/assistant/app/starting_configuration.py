"""What the service is configured by before anybody changes it: a file, a preset, the old variables, or the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.systems.assistant.app.configuration_document import Document
from support.systems.assistant.app.environment_detection import detect
from support.systems.assistant.app.json_reading import UnreadableError, read_json
from support.systems.assistant.app.migration import Migration, migrate
from support.systems.assistant.app.mistakes import ConfigurationError, mistake
from support.systems.assistant.app.old_variables import READERS
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.validation import check


@dataclass(frozen=True, slots=True)
class Sources:
    """*file* is None if there is none; *preset* is empty if it goes by the environment, which *variables* tell."""

    folder: Path
    file: Path | None = None
    preset: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    limits: OperatorLimits = field(default_factory=OperatorLimits)


@dataclass(frozen=True, slots=True)
class Start:
    """*preset* is what a configuration without one gets; *migration* is how *document* came about, if from old variables."""

    preset: str
    document: Document
    migration: Migration | None = None


def read_start(sources: Sources) -> Start:
    """Raises `ConfigurationError` with all mistakes of the file."""
    preset = sources.preset or detect(sources.variables).preset
    if sources.file:
        return Start(preset, check(_content(sources.file), preset, sources.limits).valid())
    old = {name: sources.variables[name] for name in READERS if sources.variables.get(name)}
    if old and not sources.preset:
        migration = migrate(old, sources.limits)
        return Start(preset, migration.document, migration)
    return Start(preset, {})


def _content(file: Path) -> object:
    at, remedy = ("ASSISTANT_CONFIG_FILE",), "name a readable file with a configuration in JSON"
    try:
        return read_json(file.read_bytes())
    except OSError as error:
        raise ConfigurationError([mistake(at, file, f"it cannot be read: {error.strerror}", remedy)]) from None
    except UnreadableError as error:
        raise ConfigurationError([mistake(at, file, str(error), remedy)]) from None
