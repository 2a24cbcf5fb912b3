"""Failures of the store as they are told to clients."""

from collections.abc import Iterator
from contextlib import contextmanager

from support.systems.tasks.app.server.core import StoreUnavailableError
from support.systems.tasks.app.server.ownership import Ownership, SupersededError
from support.systems.tasks.app.server.store_errors import StoreError, StoreRefusedError


def unavailable(error: StoreError, *, in_doubt: bool = False) -> StoreUnavailableError:
    message = (
        "The store does not answer; the change may still take effect." if in_doubt else "The store does not answer."
    )
    return StoreUnavailableError(message, retry_after_s=error.retry_after_s, in_doubt=in_doubt)


def superseded(*, in_doubt: bool = False) -> StoreUnavailableError:
    return StoreUnavailableError("Another server has taken over.", retry_after_s=1.0, in_doubt=in_doubt)


@contextmanager
def told_to_clients(ownership: Ownership) -> Iterator[None]:
    """Raises `StoreUnavailableError` for what the store, or its owner, has come to."""
    try:
        yield
    except StoreError as error:
        if isinstance(error, StoreRefusedError) and error.status == 404:
            ownership.forget()
        raise unavailable(error) from error
    except SupersededError as error:
        raise superseded() from error
