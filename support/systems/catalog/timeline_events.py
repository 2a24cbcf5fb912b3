"""What the report shows of a catalog scenario: answers to shoppers, updates, and what the provider saw."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby

from support.behave_runtime.stage import Stage, unfolded
from support.core.errors import NotApplicableError
from support.measure.recovery import Restart
from support.measure.recovery_clock import ObservedRecovery
from support.reporting.timeline_model import (
    ANSWERED,
    REFUSED,
    SILENT,
    Answer,
    Colour,
    Grade,
    Interval,
    Lane,
    Row,
    Table,
    Text,
    Ticks,
    TimelineEvents,
)
from support.standins.received_alerts import AlertInbox
from support.standins.record import RecordedRequest
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.shopper import Crowd, Visit
from support.systems.catalog.observers.moment import time_limits_that_ran_out, where_to_look
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.observers.service_log import ServiceLog

LIVE = Grade("live prices", 0, "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", Colour.GREEN)
SAVED = Grade("saved copy", 1, "m-4.5-4.5h9v9h-9z", Colour.BLUE)
BACKUP = Grade("backup", 2, "m0-6l6 10.5h-12z", Colour.ORANGE)
SOURCES = {"provider": LIVE, "cache": SAVED, "backup": BACKUP}
LOG_TAIL = 20_000  # characters


def timeline_events(stage: Stage, began: float) -> TimelineEvents:
    """*began* is when the scenario started (unix seconds). What cannot be observed here is left out."""
    seen = unfolded(stage.history)
    return TimelineEvents(
        answers=[_answer(one) for one in seen if isinstance(one, Visit)],
        best=LIVE,
        restarts=[one for one in seen if isinstance(one, Restart)],
        recoveries=[one for one in seen if isinstance(one, ObservedRecovery)],
        lanes=[
            Lane("updates", [_update(one) for one in seen if isinstance(one, Update)]),
            *_provider_lanes(stage.the(ProviderRecord), began),
        ],
        tables=[Table("What shoppers and operators were answered", list(_rows(stage.history)))],
        on_failure=lambda: _evidence(stage),
        where_to_look=lambda now: where_to_look(stage, now),
        time_limits_that_ran_out=lambda: time_limits_that_ran_out(stage),
        longest_wait="longest wait of a shopper",
        no_answers="no shopper opened the catalog",
    )


def _answer(visit: Visit) -> Answer:
    refused = SILENT if visit.status is None else REFUSED
    grade = SOURCES.get(visit.source, ANSWERED) if visit.served else refused
    return Answer(visit.at, visit.waited.total_seconds(), grade)


def _update(update: Update) -> Interval:
    known = SOURCES.get(update.source)
    source = f", {known.words if known else update.source}" if update.source else ""
    words = f"{update.status.replace('_', ' ')}{source}"
    return Interval(update.at, update.at + update.took.total_seconds(), words)


def _provider_lanes(record: ProviderRecord, began: float) -> Iterator[Lane | Ticks]:
    """The requests that reached the provider, without those of probes, and the pauses that it asked for."""
    with suppress(NotApplicableError):
        requests = [request for request in record.requests() if request.at >= began]
        yield Lane("asked to wait", _pauses(requests, began), may_outlast=True)
        yield Ticks("provider calls", [request.at for request in requests])


def _pauses(requests: Iterable[RecordedRequest], began: float) -> list[Interval]:
    """Pauses that overlap are merged."""
    pauses: list[Interval] = []
    for request in requests:
        if request.not_before is not None:
            begin, end = request.at, request.not_before
            if pauses and pauses[-1].end is not None and begin <= pauses[-1].end:
                begin, end = pauses[-1].begin, max(end, pauses.pop().end or end)
            pauses.append(Interval(begin, end, f"until {end - began:.1f} s"))
    return pauses


def _evidence(stage: Stage) -> Iterator[Table | Text]:
    with suppress(NotApplicableError):
        requests = [_request(one) for one in stage.the(ProviderRecord).requests(include_probes=True)]
        yield Table("What the provider saw", requests or [Row({"request": "none"})])
    with suppress(NotApplicableError):
        yield Text("What the service logged", stage.the(ServiceLog).text()[-LOG_TAIL:] or "nothing")
    with suppress(NotApplicableError):
        yield Table(
            "Alerts to the administrators", [Row(alert.body, alert.at) for alert in stage.the(AlertInbox).alerts()]
        )


def _request(request: RecordedRequest) -> Row:
    columns = {
        "request": f"{request.method} {request.path}",
        "group": request.key or "",
        "answered": request.status or "nothing",
        "by our probe": "yes" if request.probe else "",
    }
    return Row(columns, request.at)


def _rows(history: Sequence[object]) -> Iterator[Row]:
    """One row for each answer; consecutive visits with the same answer share a row."""
    for _, alike in groupby(history, key=_same_answer):
        items = list(alike)
        match items[0]:
            case Visit():
                visits = [item for item in items if isinstance(item, Visit)]
                yield _visits("a shopper" + (f", {len(visits)} times" if len(visits) > 1 else ""), visits)
            case Crowd(visits):
                yield _visits(f"{len(visits)} visits of a crowd", visits, answer=_counts(visits))
            case Update() as update:
                columns = {
                    "who": "an update",
                    "answer": f"{update.status} {update.error}".strip(),
                    "from": _source(update.source),
                    "waited": f"{update.took.total_seconds():.3f} s",
                }
                yield Row(columns, update.at)


def _same_answer(item: object) -> object:
    return (item.status, item.prices, item.source) if isinstance(item, Visit) else id(item)


def _visits(who: str, visits: Sequence[Visit], answer: str = "") -> Row:
    prices = ", ".join(f"{name} {price}" for name, price in list(visits[0].prices.items())[:5])
    least, most = (f"{edge(visit.waited for visit in visits).total_seconds():.3f} s" for edge in (min, max))
    columns = {
        "who": who,
        "answer": answer or f"{visits[0].status or visits[0].text} {prices}".strip(),
        "from": ", ".join(sorted({_source(visit.source) for visit in visits})),
        "waited": least if least == most else f"{least} to {most}",
    }
    return Row(columns, visits[0].at)


def _counts(visits: Sequence[Visit]) -> str:
    statuses = [str(visit.status or "no answer") for visit in visits]
    return ", ".join(f"{statuses.count(status)} times {status}" for status in sorted(set(statuses)))


def _source(source: str) -> str:
    return "saved copy" if source == "cache" else source
