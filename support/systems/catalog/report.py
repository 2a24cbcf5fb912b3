"""What a scenario saw, for the report: every answer in order; and, when it went wrong, what the other side saw."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from support.behave_runtime.recording import recording
from support.behave_runtime.stage import Stage
from support.gate.verdict.fault_windows import fault_windows
from support.measure.figure import Figure
from support.reporting.evidence import attach_table, attach_text, show_picture
from support.reporting.figures import note
from support.reporting.tables import when
from support.reporting.timeline import picture
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.shopper import Crowd, Visit
from support.systems.catalog.observers.alerts import AlertInbox
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.timeline_events import course, unfolded

Row = Mapping[str, object]


def attach_story(stage: Stage, name: str, *, failed: bool) -> None:
    """Attach to the scenario *name* that has ended; what can be read from it in seconds goes to the journal as figures.

    To be called when every fault is lifted, for only then is known how long each was in force.
    """
    events = recording().journal.events
    events = events[max(number for number, event in enumerate(events) if event["event"] == "scenario-started") :]
    began = events[0]["at"]
    told = list(_rows(stage.history, began))
    if told:
        attach_table("What shoppers and operators were answered", told)
    waits = [one.waited.total_seconds() for one in unfolded(stage.history) if isinstance(one, Visit)]
    if waits:
        note(Figure("longest wait of a shopper", max(waits), "s"))
    happened = course(name, began, stage.history, fault_windows(events), stage.the(ProviderRecord).requests())
    if happened.faults:
        show_picture("What happened, second by second", picture(happened))
    for recovery in happened.recoveries if waits else ():
        for what, span in recovery.spans.items():
            note(Figure(what, span.seconds, "s"), resolution=round(span.resolution, 3), fault=recovery.fault)
    if failed:
        _attach_the_other_side(stage, began)


def _attach_the_other_side(stage: Stage, began: float) -> None:
    requests = [
        {
            **when(request.at, began),
            "request": f"{request.method} {request.path}",
            "group": request.key or "",
            "answered": request.status or "nothing",
            "by our probe": "yes" if request.probe else "",
        }
        for request in stage.the(ProviderRecord).requests(include_probes=True)
    ]
    attach_table("What the provider saw", requests or [{"request": "none"}])
    attach_text("What the service logged", stage.the(ServiceLog).text()[-20_000:] or "nothing")
    alerts = [{**when(alert.at, began), **alert.body} for alert in stage.the(AlertInbox).alerts()]
    if alerts:
        attach_table("What the administrators were told", alerts)


def _rows(history: Sequence[object], began: float) -> Iterator[Row]:
    """One row for each prop that is an answer; for visits in a row that showed the same, one together."""
    for _, alike in groupby(history, key=_gist):
        props = list(alike)
        match props[0]:
            case Visit():
                visits = [prop for prop in props if isinstance(prop, Visit)]
                yield _visits("a shopper" + (f", {len(visits)} times" if len(visits) > 1 else ""), visits, began)
            case Crowd(visits):
                yield {**_visits(f"{len(visits)} visits of a crowd", visits, began), "answer": _counted(visits)}
            case Update() as update:
                yield {
                    **when(update.at, began),
                    "who": "an update",
                    "answer": f"{update.status} {update.error}".strip(),
                    "from": _shelf(update.source),
                    "waited": f"{update.took.total_seconds():.3f} s",
                }


def _gist(prop: object) -> object:
    return (prop.status, prop.prices, prop.source) if isinstance(prop, Visit) else id(prop)


def _visits(who: str, visits: Sequence[Visit], began: float) -> Row:
    prices = ", ".join(f"{name} {price}" for name, price in list(visits[0].prices.items())[:5])
    least, most = (f"{edge(visit.waited for visit in visits).total_seconds():.3f} s" for edge in (min, max))
    return {
        **when(visits[0].at, began),
        "who": who,
        "answer": f"{visits[0].status or visits[0].text} {prices}".strip(),
        "from": ", ".join(sorted({_shelf(visit.source) for visit in visits})),
        "waited": least if least == most else f"{least} to {most}",
    }


def _counted(visits: Sequence[Visit]) -> str:
    statuses = [str(visit.status or "no answer") for visit in visits]
    return ", ".join(f"{statuses.count(status)} times {status}" for status in sorted(set(statuses)))


def _shelf(source: str) -> str:
    return "saved copy" if source == "cache" else source
