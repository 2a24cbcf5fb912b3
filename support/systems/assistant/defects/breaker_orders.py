"""Mistakes with an administrator's orders to breakers."""

from typing import Any

from support.systems.assistant.app.breaker import Breaker, BreakerOpenError, Status
from support.systems.assistant.app.breaker_model import Permit
from support.systems.assistant.defects.scripted import rewritten
from support.systems.patched_variants import Patch, breaks


@breaks("RES-BREAK-1")
def orders_for_one_process(patch: Patch) -> None:
    """An administrator's order holds for the instance that received it."""
    reset, admit, stopped = Breaker.reset, Breaker.admit, set[str]()

    async def force_open(self: Breaker, _who: str) -> Status:
        stopped.add(self._operation)
        return await self.look()

    async def with_reset(self: Breaker, who: str) -> Status:
        stopped.discard(self._operation)
        return await reset(self, who)

    async def unless_stopped(self: Breaker, *more: Any) -> Permit:
        if self._operation in stopped:
            raise BreakerOpenError(1.0)
        return await admit(self, *more)

    patch(Breaker, "force_open", force_open)
    patch(Breaker, "reset", with_reset)
    patch(Breaker, "admit", unless_stopped)


@breaks("RES-BREAK-1")
def forced_breakers_test_the_service(patch: Patch) -> None:
    """What an administrator has stopped is tested after half a second, as after any failure."""
    rewritten(patch, "change('open')\n  forced = true", "change('open')\n  open_until = now + 500")


@breaks("RES-BREAK-1")
def a_reset_keeps_the_count(patch: Patch) -> None:
    """After an administrator's reset the first failure opens the breaker again."""
    rewritten(patch, "command.name == 'reset' then\n  close()", "command.name == 'reset' then\n  change('closed')")


@breaks("RES-BREAK-1")
def a_reset_waits_for_a_test(patch: Patch) -> None:
    """What an administrator has reset stays open until its time is over."""
    rewritten(
        patch,
        "command.name == 'reset' then\n  close()",
        "command.name == 'reset' then\n  forced, open_until = false, now + 60000",
    )


@breaks("RES-BREAK-1")
def orders_are_nobodys(patch: Patch) -> None:
    """The audit trail has the service as the author of an administrator's orders."""
    for name in ("force_open", "reset"):
        sound = getattr(Breaker, name)

        async def order(self: Breaker, _who: str, *, sound: Any = sound) -> Any:
            return await sound(self, "")

        patch(Breaker, name, order)
