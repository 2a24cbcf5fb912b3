"""Loses or damages what a store holds, and puts back what the system has not written anew."""

from collections.abc import Callable
from pathlib import Path

from redis import Redis

from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.faults.model import Blocked, DataFault, Fault, LostData, Outage

Spoil = Callable[[bytes, Fault], bytes | list[bytes]]
"""What stands in a store instead of the stored value under a fault; a list makes a value of another kind of it."""


class RedisDataInjector:
    """Every string in the Redis server *store* is lost, or becomes what *spoil* makes of it."""

    def __init__(self, store: Redis, spoil: Spoil) -> None:
        self._redis = store
        self._spoil = spoil
        self._kept: dict[bytes, bytes] = {}
        self._left: dict[bytes, bytes] = {}

    def inject(self, _target: Target, fault: Fault) -> None:
        self._kept = {key: self._redis.dump(key) or b"" for key in self._redis.scan_iter(_type="string")}
        for key in self._kept:
            stored: bytes = self._redis.get(key) or b""  # type: ignore[assignment]  # redis-py types both of its clients at once
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
    """The file at *path* is gone (also where it "is down"), blocked by a folder, or becomes what *spoil* makes of it."""

    def __init__(self, path: Path, spoil: Spoil) -> None:
        self._path = path
        self._spoil = spoil
        self._kept = b""

    def inject(self, target: Target, fault: Fault) -> None:
        if not isinstance(fault, Outage | DataFault):
            raise BrokenHarnessError(f"the {target} is a file: nothing can make that it {fault}")
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
