"""What applications do alike, whichever product they use."""

from collections.abc import Callable, Sequence

from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.workload.attempts import Attempt, numbered_entry


class Applications:
    """One for each product that a scenario uses, by the product's name."""

    def __init__(self, redis: RedisApplication, etcd: EtcdApplication) -> None:
        self._redis = redis
        self._etcd = etcd

    def writer(self, product: str) -> Callable[[int], Attempt]:
        """Writes the entry with a number."""
        write = {"Redis": self._redis.store, "etcd": self._etcd.put}[product]
        return lambda number: write(*numbered_entry(number))

    def reader(self, product: str) -> Callable[[Sequence[str]], Sequence[str]]:
        """Finds what is there under the names. Raises `AssertionError` if there is no answer."""
        if product == "Redis":
            return lambda names: list(self._redis.read_all(names).values())
        return lambda names: [value for value in self._etcd.values() if value in names]

    def require_each_other(self) -> None:
        """The mistake of teams that do nothing unless everything is there: each looks up its configuration in the other."""
        self._redis.first = lambda: self._etcd.get("configuration")
        self._etcd.first = lambda: self._redis.read("configuration")
