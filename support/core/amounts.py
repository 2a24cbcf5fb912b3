"""Figures formatted for readers."""

LONG = 2  # hours and days from which on they are named
MINUTES_OF_A_DAY = 1440


def span(seconds: float) -> str:
    """Format a duration with the digits that mean something: 0.02 ms, 61 ms, 1.3 s, 4 min 10 s, 2 h 5 min, 31 days."""
    if not seconds:
        return "0 s"
    if seconds < 0.00995:
        return f"{float(f'{seconds * 1000:.2g}'):g} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 119.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= LONG * MINUTES_OF_A_DAY:
        return _two(minutes // MINUTES_OF_A_DAY, minutes % MINUTES_OF_A_DAY // 60, "days", "h")
    return _two(*divmod(minutes, 60), "h", "min") if minutes >= LONG * 60 else _two(minutes, rest, "min", "s")


def _two(large: int, small: int, name: str, smaller: str) -> str:
    return f"{large} {name} {small} {smaller}" if small else f"{large} {name}"


def amount(value: float | str, unit: str) -> str:
    """Format a value with its unit; seconds as a duration."""
    if isinstance(value, str):
        return f"{value} {unit}".rstrip()
    if unit == "s" and value >= 0:
        return span(value)
    figure = f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    return f"{figure} {unit}".rstrip()


def counted(count: int, what: str) -> str:
    """A number of things: no request, 1 request, 2,000 requests."""
    return f"no {what}" if not count else f"{count:,} {what}{'' if count == 1 else 's'}"
