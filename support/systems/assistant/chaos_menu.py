"""The faults of random series against the assistant, and which targets may fail at the same time."""

from collections.abc import Sequence
from datetime import timedelta

from support.faults.chaos.schedule import ExclusiveGroup, Menu
from support.faults.model import (
    Crash,
    ErrorAnswers,
    Freeze,
    OneWayLoss,
    Outage,
    RateLimited,
    Silence,
    Slowness,
    Stop,
    Unreachable,
)
from support.systems.assistant.faults import BrokenOffAnswers, Mute, SomeErrors, StalledAnswers, Wrong, WrongAnswers
from support.systems.assistant.targets import AI_SERVICE, ASSISTANT, SECOND_ASSISTANT, STORE

_LINK_FAULTS = (Outage(), Silence(), OneWayLoss(), Unreachable())
_PROCESS_FAULTS = (Crash(), Freeze(), Stop())
MENU: Menu = {
    AI_SERVICE: (
        *_LINK_FAULTS,
        Slowness(timedelta(seconds=0.2)),
        ErrorAnswers(500),
        ErrorAnswers(503),
        ErrorAnswers(401),
        RateLimited(timedelta(seconds=1)),
        SomeErrors(status=503, one_in=3),
        Mute(),
        StalledAnswers(),
        BrokenOffAnswers(),
        WrongAnswers(kind=Wrong.NOT_JSON),
        WrongAnswers(kind=Wrong.NO_TEXT),
    ),
    STORE: (*_LINK_FAULTS, Slowness(timedelta(seconds=0.05)), Crash(), Freeze()),
    ASSISTANT: _PROCESS_FAULTS,
    SECOND_ASSISTANT: _PROCESS_FAULTS,
}

AI_SERVICE_ALONE: Sequence[ExclusiveGroup] = ((AI_SERVICE,),)
EVERYTHING: Sequence[ExclusiveGroup] = ((AI_SERVICE,), (STORE,), (ASSISTANT, SECOND_ASSISTANT))
