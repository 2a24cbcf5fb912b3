"""The catalog as values: bundles, and one whole catalog with where it came from and since when."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

GRACE = timedelta(days=7)  # how long past its life a catalog that was fetched may still be served, labelled stale

_encoder = msgspec.json.Encoder()

Name = Annotated[str, Meta(min_length=1)]
CountryCode = Annotated[str, Meta(pattern="^[A-Z]{2,3}$")]
Price = Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]{2}$")]


class Source(StrEnum):
    """Where an answer comes from, as said on the wire."""

    PROVIDER = "provider"
    CACHE = "cache"
    BACKUP = "backup"


class Bundle(msgspec.Struct, frozen=True, gc=False):
    """One offer in one group, in the shape of our API, of the saved copy and of the backup file.

    `data_mb` is -1 for unlimited data. `price` has two decimals; text, so that nobody computes with binary fractions.
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
    """One whole catalog. `version` is PostgreSQL's (None for a backup); `failed_groups` are those that are not up to date."""

    source: Source
    fetched_at: datetime
    version: int | None
    bundles: tuple[Bundle, ...]
    failed_groups: tuple[str, ...] = ()

    def age_s(self) -> float:
        """Seconds since the data was fetched; never negative, whatever the clocks do."""
        return max(0.0, (now() - self.fetched_at).total_seconds())

    def expired(self, life: timedelta) -> bool:
        """Whether it is too old to be served at all. A backup never is: it is the last resort."""
        return self.source is not Source.BACKUP and self.age_s() > (life + GRACE).total_seconds()


class SetAside(msgspec.Struct, frozen=True):
    """A bundle of the provider's that was not taken over, and why."""

    name: str | None
    reason: str


def now() -> datetime:
    return datetime.now(UTC)


def encode_bundles(bundles: tuple[Bundle, ...]) -> bytes:
    """The bundles as JSON; the same bundles in the same order always give the same bytes.

    One by one: all in one call would keep every other thread of the process waiting for as long as it takes.
    """
    return b"[%b]" % b",".join([_encoder.encode(bundle) for bundle in bundles])


def checksum(encoded: bytes | msgspec.Raw) -> str:
    return hashlib.sha256(memoryview(encoded)).hexdigest()
