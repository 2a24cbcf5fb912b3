"""What the assistant has stored in Redis, read past the fault proxy."""

from redis import Redis

KEYS = "assistant:*"


class StoredData:
    """Only keys of the assistant are read and removed."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def keys(self, pattern: str = KEYS) -> list[str]:
        return sorted(key.decode() for key in self._redis.scan_iter(pattern, count=1000))

    def answers(self, operation: str) -> list[str]:
        """The keys of the stored answers of one operation."""
        return self.keys(f"assistant:answer:{operation}:*")

    def clear(self) -> None:
        if found := list(self._redis.scan_iter(KEYS, count=1000)):
            self._redis.delete(*found)
