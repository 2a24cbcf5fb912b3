"""What the report shows of the suite's own scenarios: the catalog's events, with direct calls and restarts."""

from types import SimpleNamespace

from support.behave_runtime.stage import Stage
from support.reporting.timeline_model import ANSWERED, SILENT, Restart, TimelineEvents
from support.systems.catalog.targets import CATALOG
from support.systems.harness.actors.caller import Call, Calls, Notice, Replaced
from support.systems.harness.session import HarnessSession


def test_calls_and_restarts_are_added_to_the_catalog_s_events():
    catalog = SimpleNamespace(timeline_events=lambda _stage, _began: TimelineEvents(no_answers="the catalog's"))
    stage = Stage()
    stage.put(Call(Notice.ANSWERED, 0.1, 1000.8))
    stage.put(Calls((Call(Notice.CUT_OFF, 0.2, 1001.0),)))
    stage.put(Replaced(CATALOG, 1, 1000.5, 0.4))

    events = HarnessSession(catalog, journal=None).timeline_events(stage, 1000.0)

    assert [(one.at, one.grade, one.by_user) for one in events.answers] == [
        (1000.8, ANSWERED, False),
        (1001.0, SILENT, False),
    ]
    assert events.restarts == [Restart("catalog service", 1000.5, 0.4)]
    assert events.no_answers == "the catalog's"
