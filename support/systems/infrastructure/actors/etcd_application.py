"""An application on etcd, as its official clients work: it talks to one member, and to the next when that one fails."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from support.core.target import Target
from support.measure.ledger import Fate
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.etcd_gateway import EtcdGateway, EtcdNoAnswerError, EtcdRejectedError
from support.workload.attempts import CONFIGURATION, Attempt, AttemptOutcome, Attempts, attempt


class EtcdApplication:
    """Keeps its data under a prefix of its own. *via*: the only member that it talks to, if it is to be one alone."""

    def __init__(
        self, cluster: EtcdCluster, config: ClusterConfig, prefix: str = "", via: Target | None = None
    ) -> None:
        self.first: Callable[[], Attempt] | None = None  # what has to go well before anything is written
        self._config = config
        self._remembered: dict[str, str | None] = {}  # of a sound application nothing
        self.prefix = prefix or f"{cluster.run_id}/{secrets.token_hex(4)}/"
        targets = [via] if via else list(cluster.members)
        self._gateways: list[EtcdGateway] = [cluster.gateway(target, 2 * config.timeout_s) for target in targets]

    def put(self, name: str, value: str) -> Attempt:
        def act(outcome: AttemptOutcome) -> None:
            if self.first and not self.first().confirmed:
                outcome.fate, outcome.why = Fate.REFUSED, CONFIGURATION
                return
            self._call(outcome, lambda member: str(member.put(self.prefix + name, value)))

        return attempt(name, act)

    def get(self, name: str) -> Attempt:
        """Linearizable: the answer is not older than the question. *value* is None where etcd has none."""

        def act(outcome: AttemptOutcome) -> None:
            if name in self._remembered:
                outcome.value, outcome.fate = self._remembered[name], Fate.CONFIRMED
                return
            self._call(
                outcome,
                lambda member: member.get(self.prefix + name, serializable=self._config.etcd_serializable_reads),
            )
            if outcome.fate is Fate.CONFIRMED and not self._config.etcd_reads_uncached:
                self._remembered[name] = outcome.value

        return attempt(name, act)

    def values(self) -> Sequence[str]:
        """All values that are there, in the order of their last change. Raises `AssertionError` if etcd does not answer."""
        return _values(self.prefix, self._first)

    def values_at(self, gateway: EtcdGateway) -> Sequence[str]:
        """The same, as one member knows it by itself."""
        return _values(self.prefix, gateway, serializable=True)

    @property
    def _first(self) -> EtcdGateway:
        return self._gateways[0]

    def _call(self, outcome: AttemptOutcome, ask: Callable[[EtcdGateway], str | None]) -> None:
        try:
            outcome.value = ask(self._first)
            outcome.fate = Fate.CONFIRMED
        except EtcdRejectedError as refusal:
            outcome.fate, outcome.why = Fate.REFUSED, str(refusal)
        except EtcdNoAnswerError as silence:
            outcome.why = str(silence)
        if outcome.fate is not Fate.CONFIRMED and self._config.etcd_fails_over:
            self._gateways = [*self._gateways[1:], self._first]


def write_and_read_back(cluster: EtcdCluster, config: ClusterConfig, member: Target, count: int) -> Attempts:
    """*count* values written through *member*; all reads, made at once through each other member, named by what was written."""
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
