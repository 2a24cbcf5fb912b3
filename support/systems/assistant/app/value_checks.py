"""Mistakes in the values of a configuration whose shape is right: the operator's limits, names, values that do not fit together."""

import re
from collections.abc import Iterable, Iterator

from support.systems.assistant.app.configuration_document import DefaultPart, Document
from support.systems.assistant.app.mistakes import Location, Mistake, mistake
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.presets import PRESETS, PROMPTS
from support.systems.assistant.app.resolution import resolve_part, strategy_and_part

OPERATION_NAME = re.compile(r"[a-z0-9_]{1,40}")
Found = Iterator[tuple[Location, Mistake]]


def check_limits(document: Document, limits: OperatorLimits) -> Found:
    """Values outside the operator's limits."""
    for at, part in _parts(document):
        given = (
            (("retry", "attempts"), part.get("retry", {}).get("attempts"), limits.attempts),
            (("breaker", "failures"), part.get("breaker", {}).get("failures"), limits.failures),
            (("breaker", "open_s"), part.get("breaker", {}).get("open_s"), limits.open_s),
        )
        for field, value, limit in given:
            if value is not None and value not in limit:
                yield (*at, *field), _beyond((*at, *field), value, str(limit))
    per_minute = document.get("rate_limit", {}).get("per_minute")
    if per_minute is not None and per_minute not in limits.per_minute:
        at = ("rate_limit", "per_minute")
        yield at, _beyond(at, per_minute, str(limits.per_minute))


def check_names(document: Document) -> Found:
    """Names of operations; a new operation needs a prompt, so that a misspelt name is not taken for one."""
    for name, part in document.get("operations", {}).items():
        at = ("operations", name)
        if not OPERATION_NAME.fullmatch(name):
            remedy = "choose 1 to 40 lower-case letters, digits and _"
            yield at, mistake(at, name, "it is no usable name of an operation", remedy)
        elif name not in PROMPTS and "prompt" not in part:
            yield (
                (*at, "prompt"),
                mistake(
                    (*at, "prompt"), None, "a new operation needs one", f"write it, or name one of {', '.join(PROMPTS)}"
                ),
            )


def check_agreement(document: Document, preset: str, limits: OperatorLimits, wrong: Iterable[Location]) -> Found:
    """Values that contradict each other once the defaults are filled in. Each is reported where it was written.

    *wrong* parts are no longer in the document: what they leave to a default is not judged.
    """
    default, own = document.get("default", {}), document.get("operations", {})
    chosen = PRESETS[document.get("preset", preset)]
    for name in (None, *dict.fromkeys((*PROMPTS, *own))):
        at: Location = ("default",) if name is None else ("operations", name)
        part = default if name is None else own.get(name, {})
        if name is None:
            strategy, merged = default.get("strategy", chosen.strategy), default
        else:
            strategy, merged = strategy_and_part(name, own.get(name, {}), default, chosen)
        doubtful = any(place[:1] in {("preset",), ("default",)} or place[: len(at)] == at for place in wrong)
        retry = resolve_part(strategy, merged, limits).retry
        for low, high in (("backoff_first_s", "backoff_cap_s"), ("attempt_timeout_s", "deadline_s")):
            lower, higher = getattr(retry, low), getattr(retry, high)
            if lower <= higher or (doubtful and not {low, high} <= merged.get("retry", {}).keys()):
                continue
            given, place = (part, at) if {low, high} & part.get("retry", {}).keys() else (default, ("default",))
            field = high if high in given.get("retry", {}) else low
            message = f"{high} ({higher:g}) is below {low} ({lower:g}), with the strategy {strategy}"
            where = (*place, "retry", field)
            yield where, mistake(where, getattr(retry, field), message, f"raise {high} or lower {low}")


def _parts(document: Document) -> Iterator[tuple[Location, DefaultPart]]:
    yield ("default",), document.get("default", {})
    for name, part in document.get("operations", {}).items():
        yield ("operations", name), part


def _beyond(at: Location, value: float, limit: str) -> Mistake:
    return mistake(at, value, "it is outside the operator's limits", f"choose {limit}")
