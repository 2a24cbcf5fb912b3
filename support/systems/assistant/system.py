"""The assistant: answers people's requests with an AI service; else from stored answers, else from a fallback answer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from support.behave_runtime.recording import Recording
from support.systems.assistant.faults import FAULTS
from support.systems.assistant.settings import AssistantSettings
from support.systems.assistant.targets import TARGETS
from support.systems.protocol import Defects, Session, System


@contextmanager
def _open(recording: Recording, _others: Mapping[str, Session]) -> Iterator[Session]:
    from support.systems.assistant.session import open_assistant  # noqa: PLC0415  loaded only when its scenarios run

    with open_assistant(recording) as session:
        yield session


def _defects() -> Defects:
    from support.systems.assistant.defects import DEFECTS, LAUNCHER, VARIABLE  # noqa: PLC0415

    return Defects(DEFECTS, "assistant.command", LAUNCHER, {VARIABLE: "{}"})


SYSTEM = System("assistant", AssistantSettings, _open, targets=TARGETS, faults=FAULTS, defects=_defects)
