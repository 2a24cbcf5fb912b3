"""Mistakes with malformed answers, and with groups that fail alone."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import msgspec

from support.systems.catalog.app import errors as errors_of_the_service
from support.systems.catalog.app import fetching, parsing, provider, refresh
from support.systems.catalog.app.errors import ErrorKind, RefreshError, worst
from support.systems.catalog.app.fetching import Fetched
from support.systems.catalog.app.model import Bundle, Catalog, SetAside, Source, encode_bundles, now
from support.systems.catalog.app.parsing import CURRENCY
from support.systems.catalog.app.provider import GroupContent, Provider
from support.systems.catalog.app.refresh import Outcome, Refresh
from support.systems.catalog.app.report import RefreshStatus
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-API-5", spills=("CAT-CHAIN-2", "CAT-API-6"))
def trips_over_nonsense(patch: Patch) -> None:
    """A malformed answer is an uncaught exception."""
    sound_content, sound_groups = Provider.content, Provider.groups

    async def content(self: Provider, group: str) -> GroupContent:
        with _tripping():
            return await sound_content(self, group)

    async def groups(self: Provider) -> list[str]:
        with _tripping():
            return await sound_groups(self)

    patch(Provider, "content", content)
    patch(Provider, "groups", groups)


@contextmanager
def _tripping() -> Iterator[None]:
    try:
        yield
    except RefreshError as error:
        if error.kind is ErrorKind.MALFORMED:
            raise ValueError(str(error)) from None
        raise


@breaks("CAT-API-5", spills=("CAT-CHAIN-2", "CAT-API-6"))
def takes_nonsense_for_an_empty_shop(patch: Patch) -> None:
    """A malformed answer is treated as an empty catalog, which is published."""
    sound_page, sound_groups, sound_merge = parsing.read_page, parsing.read_groups, fetching.merge

    def read_page(body: bytes, group: str) -> tuple[list[Bundle], list[SetAside], int]:
        try:
            return sound_page(body, group)
        except RefreshError:
            return [], [], 1

    def read_groups(body: bytes) -> list[str]:
        try:
            return sound_groups(body)
        except RefreshError:
            return []

    def merge(fetched: Fetched, previous: Sequence[Bundle], *, only_some: bool) -> tuple[Bundle, ...]:
        return _Unchecked(sound_merge(fetched, previous, only_some=only_some))

    patch(provider, "_read_body", _what_came)
    patch(provider, "read_page", read_page)
    patch(provider, "read_groups", read_groups)
    patch(refresh, "merge", merge)


class _Unchecked(tuple[Bundle, ...]):
    """Bundles that count as present even when there are none."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


@breaks("CAT-API-5", spills=("CAT-API-6",))
def keeps_what_came_before_the_cut(patch: Patch) -> None:
    """The complete bundles of a truncated answer are treated as the whole answer."""
    sound = parsing.read_page

    def read_page(body: bytes, group: str) -> tuple[list[Bundle], list[SetAside], int]:
        try:
            return sound(body, group)
        except RefreshError as error:
            end = len(body)
            while (end := body.rfind(b"}", 0, end)) > 0:
                with suppress(RefreshError):
                    return sound(body[: end + 1] + b'],"pageCount":1}', group)
            raise error from None

    patch(provider, "_read_body", _what_came)
    patch(provider, "read_page", read_page)


async def _what_came(response: httpx.Response) -> None:
    parts = []
    with suppress(httpx.RemoteProtocolError):
        async for part in response.aiter_bytes():
            parts.append(part)  # noqa: PERF401 - what arrived before the cut is kept
    response._content = b"".join(parts)  # noqa: SLF001


@breaks("CAT-API-5", "CAT-SYNC-5")
def fills_gaps_with_nothing(patch: Patch) -> None:
    """Missing or invalid fields get default values, so a bundle without a price is free."""
    sound = parsing.read_page

    def read_page(body: bytes, group: str) -> tuple[list[Bundle], list[SetAside], int]:
        _, _, pages = sound(body, group)
        return [_as_it_comes(offer, group) for offer in msgspec.json.decode(body)["bundles"]], [], pages

    patch(provider, "read_page", read_page)


def _as_it_comes(offer: dict[str, Any], group: str) -> Bundle:
    price, data = offer.get("price"), offer.get("dataAmount")
    return Bundle(
        name=offer.get("name") or offer["description"],
        description=offer["description"],
        group=group,
        countries=tuple(country["iso"] for country in offer["countries"]),
        data_mb=data if isinstance(data, int) else 0,
        duration_days=offer["duration"],
        price=f"{price:.2f}" if isinstance(price, float | int) else "0.00",
        currency=CURRENCY,
    )


@breaks("CAT-API-6")
def all_groups_or_none(patch: Patch) -> None:
    """One failed group discards the bundles of all others."""
    sound = fetching.fetch

    async def fetch(provider: Provider, only: Sequence[str] = ()) -> Fetched:
        fetched = await sound(provider, only)
        if fetched.failed:
            raise worst(list(fetched.failed.values()))
        return fetched

    patch(refresh, "fetch", fetch)


@breaks("CAT-API-6")
def the_least_failure_decides(patch: Patch) -> None:
    """When groups fail in different ways, the failure that matters least decides."""

    def least(errors: list[RefreshError]) -> RefreshError:
        return max(errors, key=lambda error: errors_of_the_service._WORST_FIRST.index(error.kind))  # noqa: SLF001

    patch(refresh, "worst", least)


@breaks("CAT-API-6")
def failed_groups_vanish(patch: Patch) -> None:
    """The bundles of a failed group disappear from the catalog."""
    sound = fetching.merge

    def merge(fetched: Fetched, previous: Sequence[Bundle], *, only_some: bool) -> tuple[Bundle, ...]:
        others = [bundle for bundle in previous if bundle.group not in fetched.failed]
        return sound(fetched, others, only_some=only_some)

    patch(refresh, "merge", merge)


@breaks("CAT-API-6")
def asks_for_all_groups_again(patch: Patch) -> None:
    """After one failed group all groups are fetched again."""
    sound = fetching.fetch

    async def fetch(provider: Provider, only: Sequence[str] = ()) -> Fetched:  # noqa: ARG001
        return await sound(provider)

    patch(refresh, "fetch", fetch)


@breaks("CAT-API-6")
def failed_groups_wait_for_the_next_update(patch: Patch) -> None:
    """Failed groups are not retried until the whole catalog is due."""
    sound = Refresh._next_check_in_s  # noqa: SLF001

    def next_check_in_s(self: Refresh, ending: RefreshStatus, catalog: Catalog | None) -> float:
        return self._settings.fresh_for_s if ending is RefreshStatus.PARTIAL else sound(self, ending, catalog)

    patch(Refresh, "_next_check_in_s", next_check_in_s)


@breaks("CAT-API-5", spills=("CAT-CACHE-5",))
def stores_what_it_refuses(patch: Patch) -> None:
    """What a malformed answer of the provider is refused for is in the database all the same."""
    sound = Refresh._fall_back  # noqa: SLF001

    async def fall_back(
        self: Refresh,
        error: RefreshError,
        fetched: Fetched | None = None,
        *,
        ending: RefreshStatus = RefreshStatus.FALLBACK,
    ) -> Outcome:
        if error.kind is ErrorKind.MALFORMED:
            junk = Bundle("junk", "Junk", "Junk", ("DE",), 1, 1, "1.00", "EUR")
            catalog = Catalog(Source.PROVIDER, now(), None, (junk,))
            await self._deps.publisher._database.publish(catalog, encode_bundles((junk,)), await self._claim)  # noqa: SLF001
        return await sound(self, error, fetched, ending=ending)

    patch(Refresh, "_fall_back", fall_back)


@breaks("CAT-SYNC-5")
def the_last_of_one_name_wins(patch: Patch) -> None:
    """Of several bundles with one name the last is published."""

    def deduplicate(bundles: Iterable[Bundle]) -> tuple[list[Bundle], list[SetAside]]:
        kept, duplicates = parsing.deduplicate(reversed(list(bundles)))
        return kept[::-1], duplicates

    patch(provider, "deduplicate", deduplicate)


@breaks("CAT-SYNC-5")
def seconds_vanish(patch: Patch) -> None:
    """A second bundle of a name is dropped without a word in the report."""

    def deduplicate(bundles: Iterable[Bundle]) -> tuple[list[Bundle], list[SetAside]]:
        return parsing.deduplicate(bundles)[0], []

    patch(provider, "deduplicate", deduplicate)
