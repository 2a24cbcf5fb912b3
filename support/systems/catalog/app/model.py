"""The catalog as values: bundles, and a catalog with its source and the time of its fetch."""

import atexit
import gc
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

GRACE = timedelta(days=7)  # after its life a fetched catalog may still be served for this long, labelled stale

_encoder = msgspec.json.Encoder()

# msgspec 0.22: types with a Meta that are collected while Python ends can crash it (msgspec/msgspec#717). So they are not.
atexit.register(gc.freeze)

Name = Annotated[str, Meta(min_length=1)]
CountryCode = Annotated[str, Meta(pattern="^[A-Z]{2,3}$")]
Price = Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]{2}$")]


class Source(StrEnum):
    """The source of an answer, as named in the API."""

    PROVIDER = "provider"
    CACHE = "cache"
    BACKUP = "backup"


class Bundle(msgspec.Struct, frozen=True, gc=False):
    """One bundle in one group, in the shape of the API, the saved copy and the backup file.

    *data_mb* is -1 for unlimited data. *price* is text with two decimals, so that it is never a binary fraction.
    """

    name: Name
    description: str
    group: Name
    countries: tuple[CountryCode, ...]
    data_mb: Annotated[int, Meta(ge=-1)]
    duration_days: Annotated[int, Meta(ge=1)]
    price: Price
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


@dataclass(frozen=True, slots=True)
class Catalog:
    """A complete catalog. *version* is its number in PostgreSQL (None for a backup); *failed_groups* are not up to date."""

    source: Source
    fetched_at: datetime
    version: int | None
    bundles: tuple[Bundle, ...]
    failed_groups: tuple[str, ...] = ()

    def age_s(self) -> float:
        """Seconds since the data was fetched; never negative, even when a clock was set back."""
        return max(0.0, (now() - self.fetched_at).total_seconds())

    def expired(self, life: timedelta) -> bool:
        """Whether it is too old to be served. A backup never expires: it is the last resort."""
        return self.source is not Source.BACKUP and self.age_s() > (life + GRACE).total_seconds()


class SetAside(msgspec.Struct, frozen=True):
    """A bundle of the provider that was rejected, and why."""

    name: str | None
    reason: str


def now() -> datetime:
    return datetime.now(UTC)


def encode_bundles(bundles: tuple[Bundle, ...]) -> bytes:
    """The bundles as JSON; the same bundles in the same order give the same bytes.

    Encoded one by one: a single call would hold the GIL for all of them.
    """
    return b"[%b]" % b",".join([_encoder.encode(bundle) for bundle in bundles])


def checksum(encoded: bytes | msgspec.Raw) -> str:
    return hashlib.sha256(memoryview(encoded)).hexdigest()
