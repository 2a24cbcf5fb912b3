"""Loses or damages what the saved copy and the backup hold."""

from pathlib import Path

from redis import Redis

from support.core.target import Target
from support.faults.model import Blocked, Damage, DamagedData, Fault
from support.systems.catalog.data.damage import DAMAGED_BYTES, spoilt
from support.systems.catalog.targets import BACKUP


class DataInjector:
    """Loses or damages what the saved copy and the backup hold, and puts back what the system has not written anew."""

    def __init__(self, saved_copy: Redis, backup: Path) -> None:
        self._redis = saved_copy
        self._backup = backup
        self._kept_file = b""
        self._kept_keys: dict[bytes, bytes] = {}
        self._left: dict[bytes, bytes] = {}

    def inject(self, target: Target, fault: Fault) -> None:
        how = fault.how if isinstance(fault, DamagedData) else None  # None: it is lost
        if target is BACKUP:
            self._kept_file = self._backup.read_bytes()
            self._backup.unlink()
            if isinstance(fault, Blocked):
                self._backup.mkdir()
            elif how:
                self._backup.write_bytes(spoilt(self._kept_file, how))
            return
        self._kept_keys = {key: self._redis.dump(key) or b"" for key in self._redis.scan_iter(_type="string")}
        for key in self._kept_keys:
            stored: bytes = self._redis.get(key) or b""  # type: ignore[assignment]  # redis-py types both of its clients at once
            if how is Damage.GARBAGE:
                self._redis.set(key, DAMAGED_BYTES, keepttl=True)
            elif how is None or how is Damage.OTHER_KIND:
                self._redis.delete(key)
            elif b'"bundles"' in stored:
                self._redis.set(key, spoilt(stored, how), keepttl=True)
            if how is Damage.OTHER_KIND:
                self._redis.rpush(key, "esim_EU_5GB_30D")
        self._left = {key: self._redis.dump(key) or b"" for key in self._kept_keys}

    def lift(self, target: Target, _fault: Fault) -> None:
        if target is BACKUP:
            if self._backup.is_dir():
                self._backup.rmdir()
            self._backup.write_bytes(self._kept_file)
            return
        for key, kept in self._kept_keys.items():
            if (self._redis.dump(key) or b"") in {b"", self._left[key]}:
                self._redis.restore(key, 0, kept, replace=True)

    def use(self, _target: Target, _fault: Fault) -> None:
        return None
