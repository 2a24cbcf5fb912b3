"""What the report shows of the suite's own scenarios: the catalog's events, and direct calls."""

from types import SimpleNamespace

from support.behave_runtime.stage import Stage
from support.reporting.timeline_model import ANSWERED, SILENT, TimelineEvents
from support.systems.harness.actors.caller import Call, CallOutcome, Calls
from support.systems.harness.session import HarnessSession


def test_calls_are_added_to_the_catalog_s_events():
    catalog = SimpleNamespace(timeline_events=lambda _stage, _began: TimelineEvents(no_answers="the catalog's"))
    stage = Stage()
    stage.put(Call(CallOutcome.ANSWERED, 0.1, 1000.8))
    stage.put(Calls((Call(CallOutcome.CUT_OFF, 0.2, 1001.0),)))

    events = HarnessSession(catalog, journal=None).timeline_events(stage, 1000.0)

    assert [(one.at, one.grade, one.by_user) for one in events.answers] == [
        (1000.8, ANSWERED, False),
        (1001.0, SILENT, False),
    ]
    assert events.no_answers == "the catalog's"
