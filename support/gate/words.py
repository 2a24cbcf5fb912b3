"""Figures as people say them."""

from collections.abc import Mapping
from typing import Any


def span(seconds: float) -> str:
    """A duration for people: 61 ms, 1.3 s, 4 min 10 s."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 119.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def figure_in_words(figure: Mapping[str, Any]) -> str:
    """The value of a figure of the journal, with its unit and, where it has one, its budget."""
    told = amount(figure["value"], figure["unit"])
    return f"{told} (budget: {amount(figure['budget'], figure['unit'])})" if figure.get("budget") is not None else told


def amount(value: float | str, unit: str) -> str:
    """A value with its unit, as people say it."""
    if isinstance(value, str):
        return f"{value} {unit}".rstrip()
    if unit == "s":
        return span(value)
    return (f"{value:,}" if isinstance(value, int) else f"{value:g}") + f" {unit}".rstrip()
