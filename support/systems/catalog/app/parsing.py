"""Parses and validates the provider's answers and converts them to bundles."""

import sys
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from support.systems.catalog.app.errors import ErrorKind, RefreshError
from support.systems.catalog.app.model import Bundle, CountryCode, Name, SetAside

CURRENCY = "EUR"
_CENT = Decimal("0.01")


class _Group(msgspec.Struct):
    name: Name


class _Country(msgspec.Struct):
    iso: CountryCode


class _Offer(msgspec.Struct, rename="camel"):
    name: Name
    description: str
    countries: list[_Country]
    data_amount: Annotated[int, Meta(ge=-1)]
    duration: Annotated[int, Meta(ge=1)]
    price: Annotated[float, Meta(ge=0, le=1_000_000)]


class _Page(msgspec.Struct, rename="camel"):
    """Bundles are decoded one by one later, so that a corrupt one does not invalidate the page."""

    bundles: list[msgspec.Raw]
    page_count: Annotated[int, Meta(ge=0, le=10_000)]


_groups = msgspec.json.Decoder(list[_Group])
_page = msgspec.json.Decoder(_Page)
_offer = msgspec.json.Decoder(_Offer)


def read_groups(body: bytes) -> list[str]:
    """Distinct names of the bundle groups, in the provider's order. Raises `RefreshError` (malformed), also for an empty list."""
    try:
        names = list(dict.fromkeys(group.name for group in _groups.decode(body)))
    except (msgspec.DecodeError, UnicodeDecodeError) as reason:
        raise RefreshError(ErrorKind.MALFORMED, f"the list of groups is malformed: {reason}") from None
    if not names:
        raise RefreshError(ErrorKind.MALFORMED, "the list of groups is empty")
    return names


def read_page(body: bytes, group: str) -> tuple[list[Bundle], list[SetAside], int]:
    """One page of a group: valid bundles, bundles set aside, and the number of pages. Raises `RefreshError` (malformed)."""
    try:
        page = _page.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as reason:
        raise RefreshError(ErrorKind.MALFORMED, f"a page of {group!r} is malformed: {reason}") from None
    good: list[Bundle] = []
    bad: list[SetAside] = []
    for place, raw in enumerate(page.bundles, start=1):
        try:
            good.append(_to_bundle(_offer.decode(raw), group))
        except (msgspec.DecodeError, UnicodeDecodeError) as reason:
            name = _name_of(raw)
            # a bundle without a name is identified by its place
            bad.append(SetAside(name, str(reason) if name else f"bundle {place} of a page of {group!r}: {reason}"))
    return good, bad, page.page_count


def deduplicate(bundles: Iterable[Bundle]) -> tuple[list[Bundle], list[SetAside]]:
    """Keep the first bundle of each name; the others are set aside."""
    kept: dict[str, Bundle] = {}
    duplicates = [
        SetAside(bundle.name, f"a second bundle of this name in {bundle.group!r}")
        for bundle in bundles
        if kept.setdefault(bundle.name, bundle) is not bundle
    ]
    return list(kept.values()), duplicates


def _to_bundle(offer: _Offer, group: str) -> Bundle:
    """Equal texts and country lists are shared between bundles, which halves the memory of a large catalog."""
    return Bundle(
        name=offer.name,
        description=sys.intern(offer.description),
        group=group,
        countries=_interned(tuple(country.iso for country in offer.countries)),
        data_mb=offer.data_amount,
        duration_days=offer.duration,
        price=_price(offer.price),
        currency=CURRENCY,
    )


@lru_cache(maxsize=4096)
def _interned(codes: tuple[str, ...]) -> tuple[str, ...]:
    return codes


@lru_cache(maxsize=4096)
def _price(number: float) -> str:
    # str() first: the decimal number that the provider wrote, not its nearest binary fraction
    return str(Decimal(str(number)).quantize(_CENT, ROUND_HALF_UP))


def _name_of(raw: msgspec.Raw) -> str | None:
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    name = found.get("name") if isinstance(found, dict) else None
    return name if isinstance(name, str) else None
