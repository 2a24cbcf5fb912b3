"""What happens in the layer, as told to those that count, record and alert. Observers return at once and never raise."""

from dataclasses import dataclass
from typing import Literal, Protocol

from support.systems.assistant.app.model import BreakerState, Effective, Kind, Source, Work


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """One call to the AI service has ended after *took_s*; *error* is None after a success.

    *decision* says what follows a failure: another attempt after *wait_s*, or none.
    """

    work: Work
    attempt: int
    took_s: float
    error: Kind | None = None
    status: int | None = None
    decision: Literal["", "retry", "give_up", "fallback"] = ""
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class NotPermitted:
    """No call was made: the breaker is open, or the bulkhead is full (*error*)."""

    work: Work
    error: Kind


@dataclass(frozen=True, slots=True)
class RequestEnded:
    """A request was answered after *took_s*; *source* is None when the AI service rejected its content for good.

    *attempts* counts the calls that reached out to the AI service; *errors* has the kind of each failure, in order.
    """

    work: Work
    source: Source | None
    took_s: float
    attempts: int = 0
    errors: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class BreakerMoved:
    """A breaker changed its state, by a call of this instance or by an administrator, whose orders are told in any case.

    *cause* is a kind of failure, or `slow`, `success`, `elapsed`, `forced` or `reset`; *who* is the administrator, if it was one.
    """

    operation: str
    before: BreakerState
    after: BreakerState
    cause: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class ServiceRefusesUs:
    """The AI service refuses our key or address."""

    operation: str


@dataclass(frozen=True, slots=True)
class ConfigurationChanged:
    """From now on new requests go by *after*."""

    after: Effective


Event = AttemptEnded | NotPermitted | RequestEnded | BreakerMoved | ServiceRefusesUs | ConfigurationChanged


class Observer(Protocol):
    def __call__(self, event: Event) -> None: ...


class Observers:
    """Hands each event to all observers, in order."""

    def __init__(self) -> None:
        self._all: list[Observer] = []

    def add(self, observer: Observer) -> None:
        self._all.append(observer)

    def __call__(self, event: Event) -> None:
        for observer in self._all:
            observer(event)
