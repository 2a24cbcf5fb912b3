"""Durations in the notation of features and settings: "0.4 seconds", "2 minutes", "30 days"."""

from datetime import timedelta

AMOUNT = r"\d+(?:\.\d+)? (?:seconds?|minutes?|hours?|days?)"


def duration(text: str) -> timedelta:
    amount, unit = text.split()
    return timedelta(**{unit.removesuffix("s") + "s": float(amount)})
