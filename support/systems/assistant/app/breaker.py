"""The breaker of each operation, shared by all instances through Redis. Every call to the AI service asks it first."""

import asyncio
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from support.systems.assistant.app import breaker_scripts
from support.systems.assistant.app.breaker_memory import BreakerMemory
from support.systems.assistant.app.breaker_model import (
    Admit,
    Command,
    ForceOpen,
    Look,
    Outcome,
    Permit,
    Reply,
    Report,
    Reset,
    Snapshot,
    Verdict,
)
from support.systems.assistant.app.events import BreakerMoved, Observer
from support.systems.assistant.app.model import BreakerSettings, BreakerState
from support.systems.assistant.app.redis_link import RedisAwayError, RedisLink


class BreakerOpenError(Exception):
    """No call may be made now; perhaps in *retry_after_s*."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Status:
    state: BreakerState
    failures: int
    retry_after_seconds: float
    forced: bool


class Breaker:
    """One operation's breaker, as one instance uses it. *tell* hears of the changes that this instance has made."""

    def __init__(self, operation: str, link: RedisLink, tell: Observer) -> None:
        self._operation = operation
        self._link = link
        self._tell = tell
        self._memory = BreakerMemory()
        key = f"assistant:breaker:{operation}"
        self._keys = [key, f"{key}:probes"]
        self._script = link.redis.register_script(breaker_scripts.BREAKER)

    async def admit(self, settings: BreakerSettings, lease_s: float) -> Permit:
        """Leave to call once, which has to be reported within *lease_s*. Raises `BreakerOpenError`."""
        token = uuid.uuid4().hex
        reply = await self._run(Admit(token, lease_s, settings.probes))
        if reply.verdict is Verdict.REFUSED:
            raise BreakerOpenError(reply.wait_s)
        return Permit(reply.after.epoch, token if reply.verdict is Verdict.PROBE else "")

    async def report(self, permit: Permit, settings: BreakerSettings, outcome: Outcome, cause: str) -> Status:
        """Tell what became of the call. *cause* says why the breaker opens, should it."""
        if outcome is Outcome.NEITHER and not permit.token:
            return _status(self._memory.snapshot())
        return _status((await self._run(Report(permit, outcome, settings), cause)).after)

    async def look(self) -> Status:
        return _status((await self._run(Look())).after)

    async def force_open(self, who: str) -> Status:
        """Open until `reset`; *who* is the administrator."""
        return _status((await self._run(ForceOpen(), who=who)).after)

    async def reset(self, who: str) -> Status:
        return _status((await self._run(Reset(), who=who)).after)

    async def _run(self, command: Command, failure: str = "", who: str = "") -> Reply:
        try:
            reply = await self._link.ask(lambda: self._in_redis(command))
        except RedisAwayError:
            reply = self._memory.apply(command)
        else:
            self._memory.learn(command, reply)
        after = reply.after.state
        if after is not reply.before or who:  # an order is told even if it changes no state
            self._tell(BreakerMoved(self._operation, reply.before, after, _cause(command, after) or failure, who))
        return reply

    async def _in_redis(self, command: Command) -> Reply:
        arguments = breaker_scripts.arguments(self._memory.snapshot(), self._memory.leases(), command)
        return breaker_scripts.reply(await self._script(self._keys, arguments))


class Breakers:
    """One for each operation."""

    def __init__(self, link: RedisLink, tell: Observer) -> None:
        self._link = link
        self._tell = tell
        self._all: dict[str, Breaker] = {}

    def of(self, operation: str) -> Breaker:
        if operation not in self._all:
            self._all[operation] = Breaker(operation, self._link, self._tell)
        return self._all[operation]

    async def look(self, operations: Iterable[str]) -> dict[str, Status]:
        """The status of each, as of now."""
        names = list(operations)
        return dict(zip(names, await asyncio.gather(*(self.of(name).look() for name in names)), strict=True))


def _status(now: Snapshot) -> Status:
    return Status(now.state, now.failures, round(now.left_s, 3), now.forced)


def _cause(command: Command, after: BreakerState) -> str:
    """Why a breaker is in the state *after*; empty if a failure opened it."""
    match command:
        case ForceOpen():
            return "forced"
        case Reset():
            return "reset"
        case _:
            return {BreakerState.HALF_OPEN: "elapsed", BreakerState.CLOSED: "success"}.get(after, "")
