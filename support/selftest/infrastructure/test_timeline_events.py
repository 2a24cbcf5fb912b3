"""What the report shows of a cluster scenario."""

from support.core.target import Target
from support.measure.ledger import Fate
from support.reporting.timeline_model import ANSWERED, REFUSED, SILENT
from support.systems.infrastructure.clusters.cluster import Role
from support.systems.infrastructure.observers.monitor import Monitor
from support.systems.infrastructure.role_faults import RoleFault
from support.systems.infrastructure.timeline_events import timeline_events
from support.workload.attempts import Attempt, Attempts

MEMBER = Target("etcd member 2")


class Cluster:
    def status(self):
        return {"leader": 2}


def attempts(*fates):
    """One every half second, each taking a tenth."""
    return [Attempt(str(n), fate, 1000 + n / 2, 50 + n / 2, 0.1) for n, fate in enumerate(fates)]


def test_each_attempt_is_shown_once_in_order_of_time():
    first, second, third = attempts(Fate.CONFIRMED, Fate.REFUSED, Fate.UNKNOWN)
    events = timeline_events([third, Attempts((first, second)), Attempts((first,))])
    assert [answer.grade for answer in events.answers] == [ANSWERED, REFUSED, SILENT]
    assert events.failover
    (table,) = events.on_failure()
    assert [row.columns["was"] for row in table.rows] == ["confirmed", "refused", "unknown"]


def test_the_role_of_the_faulty_member_is_shown():
    role = next(iter(Role))
    assert timeline_events([RoleFault(role, MEMBER, 0.0)]).roles == {"etcd member 2": role.value}


def test_each_monitor_has_a_table():
    monitor = Monitor(Cluster())
    with monitor:
        pass
    (table,) = timeline_events([monitor]).tables
    assert [(row.at, row.columns) for row in table.rows] == [(monitor.samples[0].at, {"leader": 2})]
