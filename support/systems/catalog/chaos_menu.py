"""What may happen to the catalog at random, and to what at the same time."""

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

# All that may happen, each with the answer that shoppers can be given all the same.
_CUTS = (Outage(), Silence(), OneWayLoss(), Unreachable())
_PROCESS = (Crash(), Freeze(), Stop())
MENU: Menu = {
    PROVIDER: (
        *_CUTS,
        TruncatedAnswer(),
        Slowness(timedelta(seconds=0.2)),
        ErrorAnswers(500),
        ErrorAnswers(503),
        RateLimited(timedelta(seconds=1)),
        Malformed(Nonsense.INVALID_JSON, STANDARD),
        Malformed(Nonsense.WRONG_TYPES, STANDARD),
    ),
    SAVED_COPY: (*_CUTS, Crash(), Freeze(), OutOfMemory(evicts=False)),
    DATABASE: (*_CUTS, Crash(), Freeze()),
    BACKUP: (LostData(), Blocked(), DamagedData(Damage.GARBAGE)),
    CATALOG: _PROCESS,
    SECOND_CATALOG: _PROCESS,
}

PROVIDER_ALONE: Sequence[ExclusiveGroup] = ((PROVIDER,),)
EVERYTHING: Sequence[ExclusiveGroup] = (
    (PROVIDER,),
    (SAVED_COPY,),
    (DATABASE,),
    (BACKUP,),
    (CATALOG, SECOND_CATALOG),
)
