"""Durations as features and settings write them: "0.4 seconds", "2 minutes", "30 days"."""

from datetime import timedelta

AMOUNT = r"\d+(?:\.\d+)? (?:seconds?|minutes?|hours?|days?)"


def duration(text: str) -> timedelta:
    amount, unit = text.split()
    return timedelta(**{unit.removesuffix("s") + "s": float(amount)})
