"""Shows that stores which others run belong to the catalog that is judged, before the suite empties them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal

import psycopg
from redis import RedisError

from support.core.errors import NotApplicableError, UsageError
from support.systems.catalog.observers.stores import Stores, contents_of

NOTHING_DONE = "nothing was emptied"


def demand_own_stores(stores: Stores, description: str, price: Decimal) -> None:
    """The catalog has just been asked for an update that sells *description* at a *price* of its own: it must have arrived in each
    store whose address was given, and the backup must be one. Raises `UsageError` otherwise.
    """
    for setting, read in (("redis_url", stores.saved_copy), ("database_url", stores.database)):
        with suppress(NotApplicableError):  # its address was not given
            if _read(setting, read).get(description) != price:
                raise UsageError(
                    f"an update of the catalog did not arrive where catalog.{setting} leads, so that is not shown to be the "
                    f"catalog's own, and {NOTHING_DONE}; say the address that the catalog uses"
                )
    with suppress(NotApplicableError):
        try:
            contents_of(stores.backup_bytes() or b'{"bundles": []}')
        except (ValueError, KeyError, TypeError):
            raise UsageError(
                f"catalog.backup_file names a file that is no backup of a catalog, and {NOTHING_DONE}; remove it, or name another"
            ) from None


def _read(setting: str, read: Callable[[], Mapping[str, Decimal]]) -> Mapping[str, Decimal]:
    try:
        return read()
    except (RedisError, psycopg.Error) as trouble:
        raise UsageError(f"what catalog.{setting} names cannot be read: {' '.join(str(trouble).split())}") from None
