"""Which time limits in a log are the machine's, and which a fault's."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.behave_runtime.stage import Stage
from support.core.unavailable import absent
from support.faults.desk import FaultDesk, InjectedFault
from support.faults.model import Fault, Outage, Silence, Slowness
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.shopper import Visit
from support.systems.catalog.observers.moment import time_limits_that_ran_out, where_to_look
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.targets import PROVIDER

NOW = datetime.now(UTC)
TIME_OUT = {"event": "provider.request_failed", "level": "error", "kind": "timeout"}
PATIENCE = {"event": "refresh.outlasts_patience", "level": "warning"}


def a_visit(began: float) -> Visit:
    return Visit(200, {}, timedelta(seconds=0.5), NOW.timestamp() + began, "backup", None, None, "")


@contextmanager
def stage_with(
    folder: Path, *records: dict[str, Any], fault: Fault | None = None, visit: Visit | None = None
) -> Iterator[Stage]:
    log = folder / "logs" / "catalog-service.log"
    log.parent.mkdir()
    log.touch()
    service_log = ServiceLog(log, lambda: None)
    service_log.began = NOW.timestamp() - 60
    log.write_text("".join(json.dumps(one | {"timestamp": NOW.isoformat()}) + "\n" for one in records))
    desk, fleet = cast("Any", FaultDesk("a", {}, cast("Any", None))), cast("Any", Fleet.__new__(Fleet))
    fleet.instances = [SimpleNamespace(part=SimpleNamespace(log=log))]
    if fault:
        desk.injected.append(InjectedFault("1", PROVIDER, fault, 0, None))
    stage = Stage(service_log, desk, fleet)
    if visit:
        stage.put(visit)
    yield stage


@pytest.mark.parametrize(
    ("record", "fault", "visit", "found"),
    [
        (TIME_OUT, None, None, 1),
        (TIME_OUT, Silence(), None, 0),
        (TIME_OUT, Slowness(timedelta(seconds=0.2)), None, 1),  # a delay below every time-out
        (PATIENCE, None, None, 0),  # nobody waited
        (PATIENCE, None, a_visit(-0.2), 1),
        (PATIENCE, Outage(), a_visit(-0.2), 0),
        ({"event": "publish.failed", "reason": "TimeoutError"}, Silence(), None, 1),  # the fault is another part's
        ({"event": "cache.damaged", "reason": "no JSON"}, None, None, 0),
    ],
)
def test_a_time_limit_that_no_fault_explains(
    tmp_path: Path, record: dict[str, Any], fault: Fault | None, visit: Visit | None, found: int
) -> None:
    with stage_with(tmp_path, record, fault=fault, visit=visit) as stage:
        assert len(time_limits_that_ran_out(stage)) == found


def test_the_moment_is_named(tmp_path: Path) -> None:
    with stage_with(tmp_path, {"event": "service.started"}, TIME_OUT, visit=a_visit(-1)) as stage:
        stage.equip(absent(ProviderRecord, "it is not looked at here"))
        told = list(where_to_look(stage, NOW.timestamp()))[-1]

    assert told == "the log logs/catalog-service.log, lines 1 to 2; see line 2: provider.request_failed (timeout)"
