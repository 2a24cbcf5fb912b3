"""Mistakes with the health page."""

from dataclasses import replace
from typing import Any

from support.systems.assistant.app import health
from support.systems.assistant.app.breaker import Breaker, Breakers, _status
from support.systems.assistant.app.events import AttemptEnded
from support.systems.assistant.app.health import Contact, Health, HealthCheck
from support.systems.patched_variants import Patch, breaks


@breaks("RES-BREAK-2")
def page_shows_its_own_calls_only(patch: Patch) -> None:
    """The health page shows each breaker as it was at the last call of this instance."""

    async def look(self: Breakers, operations: Any) -> Any:
        found: dict[str, Breaker] = {name: self.of(name) for name in operations}
        return {name: _status(one._memory.snapshot()) for name, one in found.items()}

    patch(Breakers, "look", look)


@breaks("RES-BREAK-2", spills=("RES-PIPE-6",))
def page_is_always_healthy(patch: Patch) -> None:
    """The health page says healthy as long as it can be read."""
    _shown(patch, status="healthy")


@breaks("RES-BREAK-2")
def page_shows_the_worst_everywhere(patch: Patch) -> None:
    """The page has one state for the AI service, and shows it with every operation."""
    sound = HealthCheck.check

    async def check(self: HealthCheck) -> Health:
        found = await sound(self)
        worst = max(found.breakers.values(), key=lambda one: one.failures)
        return replace(found, breakers=dict.fromkeys(found.breakers, worst))

    patch(HealthCheck, "check", check)


@breaks("RES-BREAK-2")
def page_is_degraded_by_any_failure(patch: Patch) -> None:
    """A single failure makes the health page say degraded."""
    sound = HealthCheck.check

    async def check(self: HealthCheck) -> Health:
        found = await sound(self)
        return replace(found, status="degraded") if any(one.failures for one in found.breakers.values()) else found

    patch(HealthCheck, "check", check)


@breaks("RES-BREAK-2", spills=("RES-PIPE-6", "RES-BREAK-4"))
def page_shows_the_store_as_configured(patch: Patch) -> None:
    """The store is up because its address is set."""
    _shown(patch, redis=Contact.UP)


@breaks("RES-BREAK-2")
def page_hides_failures_until_they_are_enough(patch: Patch) -> None:
    """Failures are shown once the breaker is open."""
    sound = HealthCheck.check

    async def check(self: HealthCheck) -> Health:
        found = await sound(self)
        return replace(found, breakers={name: replace(one, failures=0) for name, one in found.breakers.items()})

    patch(HealthCheck, "check", check)


@breaks("RES-BREAK-2")
def page_never_forgets_a_failure(patch: Patch) -> None:
    """The AI service stays down on the page once it has failed."""
    sound = HealthCheck.__call__

    def told(self: HealthCheck, event: Any) -> None:
        if not (isinstance(event, AttemptEnded) and event.error is None):
            sound(self, event)

    patch(HealthCheck, "__call__", told)


@breaks("RES-BREAK-2")
def page_takes_a_refusal_for_an_outage(patch: Patch) -> None:
    """That the AI service refuses our key is shown as an outage of the service."""
    sound = health._contact

    def contact(error: Any) -> Contact:
        found = sound(error)
        return Contact.DOWN if found is Contact.REFUSES_US else found

    patch(health, "_contact", contact)


@breaks("RES-BREAK-2")
def page_supposes_the_best(patch: Patch) -> None:
    """Without any contact the AI service is shown as up."""
    sound = HealthCheck.__init__

    def init(self: HealthCheck, *arguments: Any) -> None:
        sound(self, *arguments)
        self._ai_service = Contact.UP

    patch(HealthCheck, "__init__", init)


def _shown(patch: Patch, **changes: Any) -> None:
    sound = HealthCheck.check

    async def check(self: HealthCheck) -> Health:
        return replace(await sound(self), **changes)

    patch(HealthCheck, "check", check)
