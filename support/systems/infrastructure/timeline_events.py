"""What the report shows of a cluster scenario: what an operator saw, and what became of the applications' attempts."""

from collections.abc import Iterable, Iterator, Sequence

from support.measure.ledger import Fate
from support.reporting.timeline_model import ANSWERED, REFUSED, SILENT, Answer, Row, Table, TimelineEvents
from support.systems.infrastructure.clusters.cluster import Cluster
from support.systems.infrastructure.observers.moment import where_to_look
from support.systems.infrastructure.observers.monitor import Monitor
from support.systems.infrastructure.role_faults import RoleFault
from support.workload.attempts import Attempt, Attempts, Worker

GRADES = {Fate.CONFIRMED: ANSWERED, Fate.REFUSED: REFUSED, Fate.UNKNOWN: SILENT}


def timeline_events(history: Sequence[object]) -> TimelineEvents:
    attempts = sorted(_attempts(history), key=lambda one: one.began)
    monitored = [one.cluster for one in history if isinstance(one, Monitor)]
    clusters = [one for one in monitored if isinstance(one, Cluster)]
    return TimelineEvents(
        answers=[Answer(one.at, one.took_s, GRADES[one.fate]) for one in attempts],
        failover=True,
        roles={one.target.name: one.role.value for one in history if isinstance(one, RoleFault)},
        tables=[
            Table("What an operator saw", [Row(sample.status, sample.at) for sample in monitor.samples])
            for monitor in history
            if isinstance(monitor, Monitor)
        ],
        on_failure=lambda: [Table("What the applications attempted", list(_rows(attempts)))],
        where_to_look=lambda now: where_to_look(attempts, clusters, now),
        no_answers="no application was at work",
    )


def _attempts(history: Iterable[object]) -> list[Attempt]:
    """Each attempt once, however often it was put on stage."""
    found: dict[int, Attempt] = {}
    for item in history:
        for one in _made(item):
            if isinstance(one, Attempt):
                found[id(one)] = one
    return list(found.values())


def _made(item: object) -> Iterable[object]:
    match item:
        case Attempts():
            return item.made
        case Worker():
            return item.so_far()
    return [item]


def _rows(attempts: Iterable[Attempt]) -> Iterator[Row]:
    for one in attempts:
        columns = {"what": one.what, "was": one.fate.value, "why": one.why, "took": f"{one.took_s:.3f} s"}
        yield Row(columns, one.at)
