"""One interface to the applications on Redis and on etcd, for steps that name the product."""

from collections.abc import Callable, Sequence

from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.workload.attempts import Attempt, numbered_entry


class Applications:
    """The applications on Redis and on etcd."""

    def __init__(self, redis: RedisApplication, etcd: EtcdApplication) -> None:
        self._redis = redis
        self._etcd = etcd

    def writer(self, product: str) -> Callable[[int], Attempt]:
        """Return a function that writes the entry with a number to *product*."""
        write = {"Redis": self._redis.store, "etcd": self._etcd.put}[product]
        return lambda number: write(*numbered_entry(number))

    def reader(self, product: str) -> Callable[[Sequence[str]], Sequence[str]]:
        """Return a function that reads the values of the entries with the given names.

        It raises `AssertionError` if *product* does not answer.
        """
        if product == "Redis":
            return lambda names: list(self._redis.read_all(names).values())
        return lambda names: [value for value in self._etcd.values() if value in names]

    def require_each_other(self) -> None:
        """Let each application read its configuration from the other product before each write (defect needs-everything)."""
        self._redis.precondition = lambda: self._etcd.get("configuration")
        self._etcd.precondition = lambda: self._redis.read("configuration")
