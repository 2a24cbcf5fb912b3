"""What a scenario saw, for the report: every answer in order; and, when it went wrong, what the other side saw."""

from collections.abc import Mapping
from datetime import UTC, datetime

from support.clients.operator import Update
from support.clients.shopper import Crowd, Visit
from support.observers.alerts import AlertInbox
from support.observers.provider_record import ProviderRecord
from support.observers.service_log import ServiceLog
from support.reporting.current import recording
from support.reporting.evidence import attach_table, attach_text
from support.stage import Stage

Row = Mapping[str, object]


def attach_story(stage: Stage, *, failed: bool) -> None:
    """Attach to the scenario that is ending; the longest waits go to the journal as figures."""
    told = [row for prop in stage.history for row in _rows(prop)]
    if told:
        attach_table("What shoppers and operators were answered", told)
    waits = [visit.waited.total_seconds() for prop in stage.history for visit in _visits(prop)]
    if waits:
        journal, scenario = recording().journal, recording().scenario
        journal.write(
            "figure", scenario=scenario, name="longest wait of a shopper", value=round(max(waits), 3), unit="s"
        )
    if failed:
        _attach_the_other_side(stage)


def _attach_the_other_side(stage: Stage) -> None:
    requests = [
        {
            "arrived": _clock(request.at),
            "request": f"{request.method} {request.path}",
            "group": request.group or "",
            "answered": request.status or "nothing",
            "by our probe": "yes" if request.probe else "",
        }
        for request in stage.the(ProviderRecord).requests(include_probes=True)
    ]
    attach_table("What the provider saw", requests or [{"request": "none"}])
    attach_text("What the service logged", stage.the(ServiceLog).text()[-20_000:] or "nothing")
    alerts = [{"arrived": _clock(alert.at), **alert.body} for alert in stage.the(AlertInbox).alerts()]
    if alerts:
        attach_table("What the administrators were told", alerts)


def _rows(prop: object) -> list[Row]:
    match prop:
        case Visit():
            return [_row("a shopper", prop)]
        case Crowd(visits):
            longest = max(visits, key=lambda visit: visit.waited)
            return [{**_row(f"{len(visits)} visits, the longest wait", longest), "answer": _counted(visits)}]
        case Update():
            answer = f"{prop.status} {prop.error}".strip()
            waited = f"{prop.took.total_seconds():.3f} s"
            return [
                {"at": _clock(prop.at), "who": "an update", "answer": answer, "source": prop.source, "waited": waited}
            ]
    return []


def _row(who: str, visit: Visit) -> Row:
    prices = ", ".join(f"{name} {price}" for name, price in list(visit.prices.items())[:5])
    return {
        "at": _clock(visit.at),
        "who": who,
        "answer": f"{visit.status or visit.text} {prices}".strip(),
        "source": visit.source,
        "waited": f"{visit.waited.total_seconds():.3f} s",
    }


def _counted(visits: tuple[Visit, ...]) -> str:
    statuses = [str(visit.status or "no answer") for visit in visits]
    return ", ".join(f"{statuses.count(status)} times {status}" for status in sorted(set(statuses)))


def _visits(prop: object) -> tuple[Visit, ...]:
    match prop:
        case Visit():
            return (prop,)
        case Crowd(visits):
            return visits
    return ()


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S.%f")[:-3]
