"""An application on etcd. Like etcd's official clients it uses one member, and fails over to the next one."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from support.core.target import Target
from support.measure.ledger import Fate
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.etcd_gateway import EtcdGateway, EtcdNoAnswerError, EtcdRejectedError
from support.workload.attempts import CONFIGURATION, Attempt, AttemptOutcome, Attempts, attempt, numbered_entry

LAST_CHANGE = 2  # of three changes of a key


class EtcdApplication:
    """Stores its data under *prefix*, by default a unique one. If *via* is given, it uses this member only."""

    refusals_have_no_effect = True

    def __init__(
        self, cluster: EtcdCluster, config: ClusterConfig, prefix: str = "", via: Target | None = None
    ) -> None:
        self.precondition: Callable[[], Attempt] | None = None  # must be confirmed before each write
        self._config = config
        self._cache: dict[str, str | None] = {}  # stays empty unless the configuration has a defect
        self.prefix = prefix or f"{cluster.run_id}/{secrets.token_hex(4)}/"
        targets = [via] if via else list(cluster.members)
        self._gateways: list[EtcdGateway] = [cluster.gateway(target, 2 * config.timeout_s) for target in targets]

    def put(self, name: str, value: str) -> Attempt:
        def act(outcome: AttemptOutcome) -> None:
            if self.precondition and not self.precondition().confirmed:
                outcome.fate, outcome.why = Fate.REFUSED, CONFIGURATION
                return
            self._call(outcome, lambda member: str(member.put(self.prefix + name, value)))

        return attempt(name, act)

    def change(self, number: int) -> Attempt:
        """Store a value, change it, and delete it, in three calls with successive numbers.

        The attempt is named as in `change_name`.
        """
        key, value = f"entry-{number // 3}", "" if number % 3 == LAST_CHANGE else str(number)

        def request(member: EtcdGateway) -> str:
            return str(member.put(self.prefix + key, value) if value else member.delete(self.prefix + key))

        return attempt(change_name(key, value), lambda outcome: self._call(outcome, request))

    def write_entry(self, number: int) -> Attempt:
        return self.put(*numbered_entry(number))

    def read_entry(self, number: int) -> Attempt:
        return self.get(numbered_entry(number)[0])

    def held(self, _made: Sequence[Attempt]) -> list[str]:
        return list(self.values())

    def get(self, name: str) -> Attempt:
        """Read one value, linearizably by default. The attempt's value is None if etcd has none."""

        def act(outcome: AttemptOutcome) -> None:
            if name in self._cache:
                outcome.value, outcome.fate = self._cache[name], Fate.CONFIRMED
                return
            self._call(
                outcome,
                lambda member: member.get(self.prefix + name, serializable=self._config.etcd_serializable_reads),
            )
            if outcome.fate is Fate.CONFIRMED and not self._config.etcd_reads_uncached:
                self._cache[name] = outcome.value

        return attempt(name, act)

    def values(self) -> Sequence[str]:
        """Return all values in the order of their last change. Raises `AssertionError` if etcd does not answer."""
        return _values(self.prefix, self._current)

    def values_at(self, gateway: EtcdGateway) -> Sequence[str]:
        """Return the same from one member's own data, without consensus."""
        return _values(self.prefix, gateway, serializable=True)

    @property
    def _current(self) -> EtcdGateway:
        return self._gateways[0]

    def _call(self, outcome: AttemptOutcome, request: Callable[[EtcdGateway], str | None]) -> None:
        try:
            outcome.value = request(self._current)
            outcome.fate = Fate.CONFIRMED
        except EtcdRejectedError as rejection:
            outcome.fate, outcome.why = Fate.REFUSED, str(rejection)
        except EtcdNoAnswerError as trouble:
            outcome.why = str(trouble)
        if outcome.fate is not Fate.CONFIRMED and self._config.etcd_fails_over:
            self._gateways = [*self._gateways[1:], self._current]


def change_name(key: str, value: str) -> str:
    """The name of a change of one key; without a *value* it was deleted."""
    return f"{key} is {value or 'deleted'}"


def write_and_read_back(cluster: EtcdCluster, config: ClusterConfig, member: Target, count: int) -> Attempts:
    """Write *count* values through *member*, and read each of them immediately through each other member.

    Returns the reads, each named by the value that had been written, and the writes that failed.
    """
    writer = EtcdApplication(cluster, config, via=member)
    readers = [EtcdApplication(cluster, config, writer.prefix, one) for one in cluster.members if one is not member]
    made = []
    for number in range(count):
        written = writer.put("value", f"{number}")
        made += [written] if not written.confirmed else []
        made += [replace(reader.get("value"), what=f"{number}") for reader in readers]
    return Attempts(tuple(made))


def _values(prefix: str, gateway: EtcdGateway, *, serializable: bool = False) -> Sequence[str]:
    try:
        return [entry.value for entry in gateway.read_prefix(prefix, serializable=serializable)]
    except (EtcdRejectedError, EtcdNoAnswerError) as trouble:
        raise AssertionError(f"etcd does not answer: {trouble}") from None
