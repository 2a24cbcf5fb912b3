"""What a candidate answers otherwise than the contract says is its mistake, and not the harness's."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def well_formed(what: str) -> Iterator[None]:
    """Around, or as a decorator of, what reads *what*: a field that is missing or of another type is an `AssertionError`."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise AssertionError(f"{what} is not as the contract says: {type(wrong).__name__} {wrong}") from wrong
