"""Looks at what operators see: metrics, log and alerts."""

from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from support.core.eventually import patiently
from support.standins.received_alerts import AlertInbox
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.conformance import MissingError
from support.systems.catalog.conformance.shapes import must_answer
from support.systems.catalog.observers.service_log import ServiceLog

SOON = timedelta(seconds=2)
# what has been counted once a catalog was updated, shown, and could not be updated
COUNTED = {
    "catalog_provider_requests": "outcome",
    "catalog_refreshes": "status",
    "catalog_answers": "source",
    "catalog_cache_hits": "",
    "catalog_cache_misses": "",
    "catalog_bundles": "",
    "catalog_age_seconds": "",
}
GAUGES = ("catalog_bundles", "catalog_age_seconds")


def metrics(api: CatalogApi) -> None:
    answer = api.get("/metrics")
    if answer.status == 404:
        raise MissingError("GET /metrics: the answer was 404")
    must_answer(answer, 200, "GET /metrics")
    try:
        families = list(text_string_to_metric_families(answer.text))
    except ValueError as odd:
        raise AssertionError(f"GET /metrics: expected Prometheus text, but it cannot be read: {odd}") from None
    samples = {sample.name: set(sample.labels) for family in families for sample in family.samples}
    for name, label in COUNTED.items():
        sample = name if name in GAUGES else f"{name}_total"
        assert sample in samples, (
            f"GET /metrics: expected {sample}, but there are only {', '.join(sorted(samples)) or 'none'}"
        )
        assert not label or label in samples[sample], (
            f"GET /metrics: expected {sample} by {label}, but its labels are {sorted(samples[sample])}"
        )


def log(service_log: ServiceLog, event: str, *levels: str) -> None:
    """The log has a line of JSON with *event* at one of *levels*."""

    def check() -> None:
        records = [record for record in service_log.records() if "level" in record and "event" in record]
        if not records:
            raise MissingError("the log has no line of JSON with a level and an event")
        found = [str(record["level"]) for record in records if record["event"] == event]
        assert found, f"the log: expected the event {event}, but has only {', '.join(sorted(_events(records)))}"
        assert set(found) <= set(levels), (
            f"the log: expected {event} at {' or '.join(levels)}, but its level was {found[0]!r}"
        )

    patiently(check, within=SOON)


def alert(inbox: AlertInbox) -> None:
    """Exactly one alert says that the provider rejects our key."""

    def check() -> None:
        kinds = [str(one.body.get("kind", "")) for one in inbox.alerts()]
        refused = [f"{one.method} {one.path}: {one.status}" for one in inbox.requests() if one.status != 202]
        if not kinds and not refused:
            raise MissingError("no alert arrives at CATALOG_ALERT_URL after the provider has rejected the key")
        assert kinds == ["provider_rejects_key"], (
            "the alerts after the provider has rejected the key: expected one, provider_rejects_key, but "
            f"{', '.join(kinds) or 'none'} arrived" + (f", and the inbox refused {refused}" if refused else "")
        )

    patiently(check, within=SOON)


def _events(records: list[dict[str, object]]) -> set[str]:
    return {str(record["event"]) for record in records}
