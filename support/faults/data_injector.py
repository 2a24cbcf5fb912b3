"""Loses or damages what the saved copy and the backup hold."""

from pathlib import Path

from redis import Redis

from support.faults.model import Fault, LostData, Outage, Target
from support.faults.probes import DAMAGED_BYTES


class DataInjector:
    """Loses or damages what the saved copy and the backup hold, and puts back what the system has not written anew."""

    def __init__(self, saved_copy: Redis, backup: Path) -> None:
        self._redis = saved_copy
        self._backup = backup
        self._kept_file = b""
        self._kept_keys: dict[bytes, bytes] = {}

    def inject(self, target: Target, fault: Fault) -> None:
        lost = isinstance(fault, LostData | Outage)
        if target is Target.BACKUP:
            self._kept_file = self._backup.read_bytes()
            if lost:
                self._backup.unlink()
            else:
                self._backup.write_bytes(DAMAGED_BYTES)
            return
        self._kept_keys = {key: self._redis.dump(key) or b"" for key in self._redis.scan_iter(_type="string")}
        for key in self._kept_keys:
            if lost:
                self._redis.delete(key)
            else:
                self._redis.set(key, DAMAGED_BYTES, keepttl=True)

    def lift(self, target: Target, _fault: Fault) -> None:
        if target is Target.BACKUP:
            self._backup.write_bytes(self._kept_file)
            return
        for key, kept in self._kept_keys.items():
            if self._redis.get(key) in {None, DAMAGED_BYTES}:
                self._redis.restore(key, 0, kept, replace=True)

    def use(self, _target: Target, _fault: Fault) -> None:
        return None
