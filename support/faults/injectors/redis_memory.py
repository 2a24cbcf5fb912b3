"""Makes a Redis server run out of memory: sets its memory limit and fills it with real data."""

from collections.abc import Iterator
from typing import Any

from redis import Redis
from redis.exceptions import OutOfMemoryError

from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.faults.model import Fault, OutOfMemory

FILLER = "holdfast:filler:"
PIECE = 16 * 1024
ROOM = 1024 * 1024  # bytes between current use and the limit, to be filled
MARGIN = 512 * 1024  # bytes in use beyond the limit, so that a client that disconnects does not make room
PIECES = 4 * ROOM // PIECE  # more than enough to fill the room: the loops end
STALE_S, OLD_S = 3600, 60  # idle time of the stored keys, which are evicted first, and of the fillers


class RedisMemoryInjector:
    def __init__(self, server: Redis) -> None:
        self._redis = server

    def inject(self, _target: Target, fault: Fault) -> None:
        evicts = isinstance(fault, OutOfMemory) and fault.evicts
        self._redis.config_resetstat()
        self._redis.config_set("maxmemory-policy", "allkeys-lru" if evicts else "noeviction")
        self._redis.config_set("maxmemory-samples", 64)  # large, so that the least recently used key is really evicted
        if evicts:
            self._evict_stored_keys()
        else:
            self._refuse_writes()

    def recover(self, _target: Target, _fault: Fault) -> None:
        self._redis.config_set("maxmemory", 0)
        self._redis.config_set("maxmemory-policy", "noeviction")
        for filler in self._redis.scan_iter(f"{FILLER}*"):
            self._redis.delete(filler)

    def use(self, _target: Target, fault: Fault) -> int:
        """Return how many commands Redis refused for lack of memory; where it evicts instead, how many it processed."""
        if isinstance(fault, OutOfMemory) and fault.evicts:
            return int(self._info("stats")["total_commands_processed"])
        return int(self._info("errorstats").get("errorstat_OOM", {}).get("count", 0))

    def _refuse_writes(self) -> None:
        self._redis.config_set("maxmemory", self._used() + ROOM)
        try:
            for key in _pieces():
                self._redis.set(key, b"\0" * PIECE)
        except OutOfMemoryError:
            self._redis.config_set("maxmemory", self._used() - MARGIN)

    def _evict_stored_keys(self) -> None:
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
            evicted = self._evicted_besides(written)
            idle_s = {key: self._redis.object("idletime", key) for key in stored}
            if evicted and all(idle is None or idle < OLD_S for idle in idle_s.values()):
                return
            for key, idle in idle_s.items():
                if not evicted and idle is not None and idle < OLD_S and (content := self._redis.dump(key)):
                    self._age(key, content, STALE_S)  # the system has used the key in the meantime
        raise BrokenHarnessError("Redis did not evict the stored keys although its memory was filled")

    def _evicted_besides(self, fillers: list[str]) -> int:
        """Return how many keys other than *fillers* were evicted. Counted, because the system may store them again at once."""
        with self._redis.pipeline() as pipeline:
            pipeline.info("stats")
            pipeline.exists(*fillers)
            stats, present = pipeline.execute()
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
