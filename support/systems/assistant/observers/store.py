"""What the assistant has stored in Redis, read past the fault proxy."""

import json
from collections.abc import Callable, Mapping

from redis import Redis

KEYS = "assistant:*"
DAMAGES: Mapping[str, Callable[[bytes], bytes]] = {
    "cut off in the middle": lambda stored: stored[: len(stored) // 2],
    "empty": lambda _: b"",
    "no text at all": lambda _: b"\xff\xfe\x00",
    "an answer without text": lambda stored: json.dumps({**json.loads(stored), "result": ""}).encode(),
    "an answer that is not text": lambda stored: json.dumps({**json.loads(stored), "result": [1, 2]}).encode(),
    "without its age": lambda stored: json.dumps({"result": json.loads(stored)["result"]}).encode(),
    "a list": lambda _: b"[]",
}
"""What can become of a stored answer, by the words of the features."""


class StoredData:
    """Only keys of the assistant are read and removed."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def keys(self, pattern: str = KEYS) -> list[str]:
        return sorted(key.decode() for key in self._redis.scan_iter(pattern, count=1000))

    def answers(self, operation: str) -> list[str]:
        """The keys of the stored answers of one operation."""
        return self.keys(f"assistant:answer:{operation}:*")

    def damage(self, operation: str, how: str) -> None:
        """Damage the stored answers of one operation, as `DAMAGES` names it."""
        for key in self.answers(operation):
            stored = self._redis.get(key)
            assert isinstance(stored, bytes)
            self._redis.set(key, DAMAGES[how](stored), keepttl=True)

    def clear(self) -> None:
        if found := list(self._redis.scan_iter(KEYS, count=1000)):
            self._redis.delete(*found)
