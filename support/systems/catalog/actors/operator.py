"""An operator, who starts updates and reads the status page and the metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from support.core.amounts import span
from support.core.prometheus import total
from support.systems.catalog.actors.catalog_api import CatalogApi, Response, source_in_words


@dataclass(frozen=True, slots=True)
class SetAside:
    """A bundle that was set aside; *name* is empty when it had none."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Update:
    """The report of an update. *groups* maps each bundle group to "ok" or "failed: <reason>". *set_aside* has the bundles that the
    report lists, of *set_aside_count* in all.

    Without an answer (not *answered*) the outcome is unknown; *status* is then the error. *code* is the HTTP status,
    *finished_at* the time that the service gives.
    """

    status: str
    source: str
    groups: Mapping[str, str]
    error: str
    took: timedelta
    at: float
    answered: bool = True
    set_aside: Sequence[SetAside] = ()
    set_aside_count: int = 0
    code: int | None = None
    finished_at: str = ""

    def __str__(self) -> str:
        """For example: an update that ended as "fallback" after 0.8 s, from the saved copy, because of "unreachable"."""
        source = f", from the {source_in_words(self.source)}" if self.source else ""
        why = f', because of "{self.error}"' if self.error else ""
        return f'an update that ended as "{self.status}" after {span(self.took.total_seconds())}{source}{why}'


@dataclass(frozen=True, slots=True)
class StatusPage:
    """The status page: "healthy", "degraded" or "down", and the status of each part."""

    status: str
    parts: Mapping[str, str]
    took: timedelta


class Operator:
    def __init__(self, catalog: CatalogApi) -> None:
        self._catalog = catalog

    def update_catalog(self) -> Update:
        return _update(self._catalog.update())

    def last_update(self) -> Update:
        """What the service says of the last update, whoever has started it."""
        return _update(self._catalog.last_update())

    def status_page(self) -> StatusPage:
        answer = self._catalog.health()
        parts = answer.body.get("parts", {})
        return StatusPage(
            str(answer.body.get("status", answer.error)),
            {name: str(part.get("status")) for name, part in parts.items()},
            timedelta(seconds=answer.waited_s),
        )

    def counter(self, name: str, **labels: str) -> float:
        """The sum of a metric over all label sets that contain *labels*; 0 if it was never counted."""
        return total(self._catalog.metrics(), name, labels)


def _update(answer: Response) -> Update:
    error = answer.body.get("error") or {}
    return Update(
        status=str(answer.body.get("status", answer.error or f"HTTP {answer.status}")),
        source=str(answer.body.get("source") or ""),
        groups=dict(answer.body.get("groups") or {}),
        error=str(error.get("kind", "")) if isinstance(error, dict) else str(error),
        took=timedelta(seconds=answer.waited_s),
        at=answer.at,
        answered="status" in answer.body,
        set_aside=tuple(
            SetAside(str(one.get("name") or ""), str(one.get("reason", "")))
            for one in answer.body.get("set_aside") or []
        ),
        set_aside_count=int(answer.body.get("set_aside_count") or 0),
        code=answer.status,
        finished_at=str(answer.body.get("finished_at", "")),
    )
