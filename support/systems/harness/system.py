"""The suite's own checks: it breaks the reference catalog, and itself, and looks at what it says about that."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from support.behave_runtime.recording import Recording
from support.systems.catalog.faults import FAULTS
from support.systems.catalog.targets import TARGETS
from support.systems.harness.settings import HarnessSettings
from support.systems.protocol import Session, System


@contextmanager
def _open(recording: Recording, others: Mapping[str, Session]) -> Iterator[Session]:
    from support.systems.harness.session import open_harness  # noqa: PLC0415  loaded when it is needed

    with open_harness(recording, others) as session:
        yield session


SYSTEM = System("harness", HarnessSettings, _open, targets=TARGETS, faults=FAULTS, builds_on=("catalog",))
