"""Removes or damages stored data. Recovery restores what the system has not rewritten."""

from collections.abc import Callable
from pathlib import Path

from redis import Redis

from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.faults.model import Blocked, DataFault, Fault, LostData, Outage

Spoil = Callable[[bytes, Fault], bytes | list[bytes]]
"""Returns what replaces a stored value under a fault: bytes, or a list to be stored as a value of another type."""


class RedisDataInjector:
    """Removes every string in the Redis server *store*, or replaces it by the result of *spoil*."""

    def __init__(self, store: Redis, spoil: Spoil) -> None:
        self._redis = store
        self._spoil = spoil
        self._kept: dict[bytes, bytes] = {}
        self._left: dict[bytes, bytes] = {}

    def inject(self, _target: Target, fault: Fault) -> None:
        self._kept = {key: self._redis.dump(key) or b"" for key in self._redis.scan_iter(_type="string")}
        for key in self._kept:
            stored: bytes = self._redis.get(key) or b""  # type: ignore[assignment]  # redis-py annotates its two clients together
            spoilt = [] if isinstance(fault, LostData) else self._spoil(stored, fault)
            if isinstance(spoilt, bytes):
                self._redis.set(key, spoilt, keepttl=True)
            else:
                self._redis.delete(key)
                if spoilt:
                    self._redis.rpush(key, *spoilt)
        self._left = {key: self._redis.dump(key) or b"" for key in self._kept}

    def recover(self, _target: Target, _fault: Fault) -> None:
        for key, kept in self._kept.items():
            if (self._redis.dump(key) or b"") in {b"", self._left[key]}:
                self._redis.restore(key, 0, kept, replace=True)

    def use(self, _target: Target, _fault: Fault) -> None:
        return None


class FileInjector:
    """Removes the file at *path* (an outage, too), replaces it by a folder, or writes the result of *spoil* into it."""

    def __init__(self, path: Path, spoil: Spoil) -> None:
        self._path = path
        self._spoil = spoil
        self._kept = b""

    def inject(self, target: Target, fault: Fault) -> None:
        if not isinstance(fault, Outage | DataFault):
            raise BrokenHarnessError(f"the {target} is a file, and a file cannot have this fault: {fault}")
        self._kept = self._path.read_bytes()
        self._path.unlink()
        if isinstance(fault, Blocked):
            self._path.mkdir()
        elif not isinstance(fault, Outage | LostData):
            spoilt = self._spoil(self._kept, fault)
            self._path.write_bytes(spoilt if isinstance(spoilt, bytes) else b"".join(spoilt))

    def recover(self, _target: Target, _fault: Fault) -> None:
        if self._path.is_dir():
            self._path.rmdir()
        self._path.write_bytes(self._kept)

    def use(self, _target: Target, _fault: Fault) -> None:
        return None
