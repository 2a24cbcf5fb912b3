"""Qdrant's JSON filters, orders and selections as the engine's objects. `ValueError`: the engine does not have it."""

from collections.abc import Callable, Mapping
from typing import Any

import qdrant_edge as engine

Json = Mapping[str, Any]

_MATCHES: Mapping[str, Callable[[Any], Any]] = {
    "value": engine.MatchValue,
    "any": engine.MatchAny,
    "except": engine.MatchExcept,
    "text": engine.MatchText,
}
_DIRECTIONS = {"asc": engine.Direction.Asc, "desc": engine.Direction.Desc}


def to_filter(told: Json | None) -> engine.Filter | None:
    if not told:
        return None
    if unknown := told.keys() - {"must", "should", "must_not"}:
        raise ValueError(f"unknown parts of a filter: {', '.join(sorted(unknown))}")
    must, should, must_not = (_conditions(told.get(part)) for part in ("must", "should", "must_not"))
    return engine.Filter(must=must, should=should, must_not=must_not)


def to_order(told: Json | str | None) -> engine.OrderBy | None:
    if not told:
        return None
    if isinstance(told, str):
        return engine.OrderBy(told)
    return engine.OrderBy(
        told["key"], direction=_DIRECTIONS[told.get("direction") or "asc"], start_from=told.get("start_from")
    )


def to_selection(told: Any) -> bool | list[str] | engine.PayloadSelector:
    """Which part of the payload is wanted; all of it if nothing is told."""
    if told is None:
        return True
    if isinstance(told, bool | list):
        return told
    if "include" in told:
        return engine.PayloadSelector.Include(told["include"])
    return engine.PayloadSelector.Exclude(told["exclude"])


def _conditions(told: Any) -> list[Any] | None:
    if told is None:
        return None
    return [_condition(one) for one in (told if isinstance(told, list) else [told])]


def _condition(told: Json) -> Any:
    if "has_id" in told:
        return engine.HasIdCondition(set(told["has_id"]))
    if "is_empty" in told:
        return engine.IsEmptyCondition(told["is_empty"]["key"])
    if "is_null" in told:
        return engine.IsNullCondition(told["is_null"]["key"])
    if "key" in told:
        return engine.FieldCondition(told["key"], match=_match(told.get("match")), range=_range(told.get("range")))
    return to_filter(told)


def _match(told: Json | None) -> Any:
    if not told:
        return None
    for kind, match in _MATCHES.items():
        if kind in told:
            return match(told[kind])
    raise ValueError(f"unknown match: {', '.join(told)}")


def _range(told: Json | None) -> Any:
    if not told:
        return None
    limits = {side: limit for side, limit in told.items() if limit is not None}
    of_times = any(isinstance(limit, str) for limit in limits.values())
    return (engine.RangeDateTime if of_times else engine.RangeFloat)(**limits)
