"""Takes the saved copy's memory away: a real limit in Redis, and real data that fills it."""

from collections.abc import Iterator
from typing import Any

from redis import Redis
from redis.exceptions import OutOfMemoryError

from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.faults.model import Fault, OutOfMemory

FILLER = "holdfast:filler:"
PIECE = 16 * 1024
ROOM = 1024 * 1024  # what is filled up
MARGIN = 512 * 1024  # beyond the limit, so that a client that leaves does not make room
PIECES = 4 * ROOM // PIECE  # more than enough to fill the room; who writes more writes in vain
STALE_S, OLD_S = 3600, 60  # for how long nobody has used what is to be dropped first; and what after that


class RedisMemoryInjector:
    def __init__(self, saved_copy: Redis) -> None:
        self._redis = saved_copy

    def inject(self, _target: Target, fault: Fault) -> None:
        evicts = isinstance(fault, OutOfMemory) and fault.evicts
        self._redis.config_resetstat()
        self._redis.config_set("maxmemory-policy", "allkeys-lru" if evicts else "noeviction")
        self._redis.config_set("maxmemory-samples", 64)  # the least used key is really the one that goes
        if evicts:
            self._drop_what_is_stored()
        else:
            self._refuse()

    def recover(self, _target: Target, _fault: Fault) -> None:
        self._redis.config_set("maxmemory", 0)
        self._redis.config_set("maxmemory-policy", "noeviction")
        for filler in self._redis.scan_iter(f"{FILLER}*"):
            self._redis.delete(filler)

    def use(self, _target: Target, fault: Fault) -> int:
        """Commands that Redis has refused for want of memory; or, where it refuses none, commands that it has taken."""
        if isinstance(fault, OutOfMemory) and fault.evicts:
            return int(self._info("stats")["total_commands_processed"])
        return int(self._info("errorstats").get("errorstat_OOM", {}).get("count", 0))

    def _refuse(self) -> None:
        self._redis.config_set("maxmemory", self._used() + ROOM)
        try:
            for key in _pieces():
                self._redis.set(key, b"\0" * PIECE)
        except OutOfMemoryError:
            self._redis.config_set("maxmemory", self._used() - MARGIN)

    def _drop_what_is_stored(self) -> None:
        stored: list[bytes] = list(self._redis.scan_iter())
        for key in stored:
            self._age(key, self._redis.dump(key), STALE_S)
        self._redis.set(FILLER, b"\0" * PIECE)
        piece = self._redis.dump(FILLER)
        self._redis.config_set("maxmemory", self._used() + ROOM)
        written: list[str] = []
        for filler in _pieces():
            self._age(filler, piece, OLD_S)
            written.append(filler)
            dropped = self._dropped_besides(written)
            idle_s = {key: self._redis.object("idletime", key) for key in stored}
            if dropped and all(idle is None or idle < OLD_S for idle in idle_s.values()):
                return
            for key, idle in idle_s.items():
                if not dropped and idle is not None and idle < OLD_S and (content := self._redis.dump(key)):
                    self._age(key, content, STALE_S)  # the service has looked at it meanwhile
        raise BrokenHarnessError("Redis has not dropped what was used least, however much was written")

    def _dropped_besides(self, fillers: list[str]) -> int:
        """How much else was dropped than *fillers*. What is there tells less: the service may have put it back at once."""
        with self._redis.pipeline() as at_once:
            at_once.info("stats")
            at_once.exists(*fillers)
            stats, present = at_once.execute()
        return int(stats["evicted_keys"]) - (len(fillers) - int(present))

    def _age(self, key: bytes | str, content: Any, idle_s: int) -> None:
        self._redis.restore(key, 0, content, replace=True, idletime=idle_s)

    def _used(self) -> int:
        return int(self._info("memory")["used_memory"])

    def _info(self, section: str) -> dict[str, Any]:
        found: dict[str, Any] = self._redis.info(section)
        return found


def _pieces() -> Iterator[str]:
    return (f"{FILLER}{number}" for number in range(PIECES))
