"""The faults of random series against the catalog, and which targets may fail at the same time."""

from collections.abc import Sequence
from datetime import timedelta

from support.faults.chaos.schedule import ExclusiveGroup, Menu
from support.faults.model import (
    Blocked,
    Crash,
    ErrorAnswers,
    Freeze,
    LostData,
    OneWayLoss,
    Outage,
    OutOfMemory,
    RateLimited,
    Silence,
    Slowness,
    Stop,
    TruncatedAnswer,
    Unreachable,
)
from support.systems.catalog.data.bundles import STANDARD
from support.systems.catalog.faults import Damage, DamagedData, Malformed, Nonsense
from support.systems.catalog.targets import BACKUP, CATALOG, DATABASE, PROVIDER, SAVED_COPY, SECOND_CATALOG

# only faults under which shoppers can still be answered
_LINK_FAULTS = (Outage(), Silence(), OneWayLoss(), Unreachable())
_PROCESS_FAULTS = (Crash(), Freeze(), Stop())
MENU: Menu = {
    PROVIDER: (
        *_LINK_FAULTS,
        TruncatedAnswer(),
        Slowness(timedelta(seconds=0.2)),
        ErrorAnswers(500),
        ErrorAnswers(503),
        RateLimited(timedelta(seconds=1)),
        Malformed(Nonsense.INVALID_JSON, STANDARD),
        Malformed(Nonsense.WRONG_TYPES, STANDARD),
    ),
    SAVED_COPY: (*_LINK_FAULTS, Crash(), Freeze(), OutOfMemory(evicts=False)),
    DATABASE: (*_LINK_FAULTS, Crash(), Freeze()),
    BACKUP: (LostData(), Blocked(), DamagedData(Damage.GARBAGE)),
    CATALOG: _PROCESS_FAULTS,
    SECOND_CATALOG: _PROCESS_FAULTS,
}

PROVIDER_ALONE: Sequence[ExclusiveGroup] = ((PROVIDER,),)
EVERYTHING: Sequence[ExclusiveGroup] = (
    (PROVIDER,),
    (SAVED_COPY,),
    (DATABASE,),
    (BACKUP,),
    (CATALOG, SECOND_CATALOG),
)
