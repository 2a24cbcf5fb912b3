"""The suite's own checks. They break the reference catalog and the suite itself, and check what the gate reports."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from support.behave_runtime.recording import Recording
from support.systems.catalog.faults import FAULTS
from support.systems.catalog.targets import TARGETS
from support.systems.harness.settings import HarnessSettings
from support.systems.protocol import Session, System


@contextmanager
def _open(recording: Recording, others: Mapping[str, Session]) -> Iterator[Session]:
    from support.systems.harness.session import open_harness  # noqa: PLC0415  loads only if this system is selected

    with open_harness(recording, others) as session:
        yield session


SYSTEM = System(
    "harness", HarnessSettings, _open, targets=TARGETS, faults=FAULTS, builds_on=("catalog",), checks_suite=True
)
