"""The health of the service as of now. The AI service is not called for it: its status is that of the last contact."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from support.systems.assistant.app.breaker import Breakers
from support.systems.assistant.app.events import AttemptEnded, Event
from support.systems.assistant.app.model import BreakerState, Effective, Kind
from support.systems.assistant.app.redis_link import RedisLink


class Contact(StrEnum):
    UNKNOWN = "unknown"
    UP = "up"
    DOWN = "down"
    REFUSES_US = "refuses_us"


@dataclass(frozen=True, slots=True)
class BreakerHealth:
    state: BreakerState
    failures: int
    retry_after_seconds: float


@dataclass(frozen=True, slots=True)
class Health:
    status: str
    breakers: Mapping[str, BreakerHealth]
    redis: Contact
    ai_service: Contact
    environment: str
    preset: str


class HealthCheck:
    """Observes the attempts. *current* gives the configuration in force."""

    def __init__(self, breakers: Breakers, link: RedisLink, current: Callable[[], Effective], environment: str) -> None:
        self._breakers = breakers
        self._link = link
        self._current = current
        self._environment = environment
        self._ai_service = Contact.UNKNOWN

    def __call__(self, event: Event) -> None:
        if isinstance(event, AttemptEnded):
            self._ai_service = _contact(event.error)

    async def check(self) -> Health:
        """Asks Redis for every breaker, and thereby whether it answers."""
        effective = self._current()
        found = await self._breakers.look(effective.operations)
        breakers = {
            name: BreakerHealth(status.state, status.failures, status.retry_after_seconds)
            for name, status in found.items()
        }
        well = self._link.answers and all(breaker.state is BreakerState.CLOSED for breaker in breakers.values())
        return Health(
            "healthy" if well else "degraded",
            breakers,
            Contact.UP if self._link.answers else Contact.DOWN,
            self._ai_service,
            self._environment,
            effective.preset,
        )


def _contact(error: Kind | None) -> Contact:
    match error:
        case None | Kind.REJECTED:
            return Contact.UP
        case Kind.MISCONFIGURED:
            return Contact.REFUSES_US
        case _:
            return Contact.DOWN
