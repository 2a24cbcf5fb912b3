"""What surrounded a failed check: the applications' last attempts, and where the members' logs are."""

from collections.abc import Iterable, Iterator, Sequence

from support.core.amounts import counted, span
from support.core.in_words import without_objects
from support.systems.infrastructure.clusters.cluster import Cluster, ExternalProcess
from support.workload.attempts import Attempt

NAMED = 3


def where_to_look(attempts: Sequence[Attempt], clusters: Iterable[Cluster], now: float) -> Iterator[str]:
    """One sentence each. *attempts* in the order in which they began, *now* in unix seconds."""
    if attempts:
        failed = [one for one in attempts if not one.confirmed]
        which = f"; the last of {len(failed)} that were not confirmed: " if failed else ", all confirmed"
        told = "; ".join(_told(one, now) for one in failed[-NAMED:])
        yield f"the applications made {counted(len(attempts), 'attempt')}{which}{told}"
    if logs := list(_logs(clusters)):
        yield f"the members' logs: {', '.join(logs)}"


def _told(one: Attempt, now: float) -> str:
    why = f" ({without_objects(one.why)})" if one.why else ""
    return f"{one.what}, {one.fate.value} after {span(one.took_s)}{why}, {span(max(0.0, now - one.arrived))} ago"


def _logs(clusters: Iterable[Cluster]) -> Iterator[str]:
    for member in (one for cluster in clusters for one in cluster.members.values()):
        log = None if isinstance(member.process, ExternalProcess) else member.process.log
        if log and log.exists():
            with log.open("rb") as lines:
                yield f"{log.parent.name}/{log.name}, at line {sum(1 for _ in lines)}"
