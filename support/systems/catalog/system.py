"""The catalog: travel bundles from a provider's API; else from the cache, else from the backup, else a clear error."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from support.behave_runtime.recording import Recording
from support.core.settings import Settings
from support.systems.catalog.faults import FAULTS
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import TARGETS
from support.systems.protocol import Defects, Finding, Session, System


@contextmanager
def _open(recording: Recording, _others: Mapping[str, Session]) -> Iterator[Session]:
    from support.systems.catalog.session import open_catalog  # noqa: PLC0415  loaded only when its scenarios run

    with open_catalog(recording) as session:
        yield session


def _defects() -> Defects:
    from support.systems.catalog.defects import DEFECTS, LAUNCHER, VARIABLE  # noqa: PLC0415

    return Defects(DEFECTS, "catalog.command", LAUNCHER, {VARIABLE: "{}"})


def _doctor(settings: Settings, logs: Path) -> Iterator[Finding]:
    from support.systems.catalog.conformance.doctor import examine  # noqa: PLC0415

    yield from examine(settings, logs)


SYSTEM = System("catalog", CatalogSettings, _open, targets=TARGETS, faults=FAULTS, defects=_defects, doctor=_doctor)
