"""Looks at what the service does with its dependencies: whether it reaches each at the address that it was given."""

from collections.abc import Collection, Mapping
from decimal import Decimal

import psycopg

from support.core.target import Target
from support.environments.parts import Link
from support.fault_proxy.client import Toxiproxy
from support.faults.injectors.link import traffic
from support.systems.catalog.conformance import MissingError
from support.systems.catalog.data.saved_copy import checksum_matches
from support.systems.catalog.observers.provider_record import ProviderRecord, group_list_requests, per_group
from support.systems.catalog.observers.stores import Stores


class Use:
    """How much each of *links* has carried since this object was made."""

    def __init__(self, links: Mapping[Target, Link], proxy: Toxiproxy) -> None:
        self._links = links
        self._proxy = proxy
        self._before = {target: traffic(proxy, link) for target, link in links.items()}

    def of(self, target: Target, setting: str) -> None:
        """The service has sent something to *target*, at the address in *setting*."""
        link, before = self._links[target], self._before[target]
        if before is not None:
            host, port = link.entry
            assert traffic(self._proxy, link) != before, (
                f"the {target}: expected the service to use it at the address in {setting} ({host}:{port}), "
                "but nothing arrived there"
            )


def provider_is_asked(record: ProviderRecord, groups: Collection[str]) -> None:
    """For the list of groups, and for each of *groups*, with the key that is accepted."""
    requests = record.requests()
    rejected = [request.path for request in requests if request.status == 401]
    assert not rejected, (
        f"the provider: expected the header X-API-Key with CATALOG_PROVIDER_KEY, but {rejected[0]} came without"
    )
    failed = [
        f"{request.path} {request.query} ({request.status})"
        for request in requests
        if request.status not in (200, None)
    ]
    assert not failed, f"the provider: expected requests that its API knows, but it refused {failed[0]}"
    assert group_list_requests(requests), (
        "the provider: expected a request for /organisation/groups, but there were only "
        f"{', '.join(sorted({request.path for request in requests})) or 'none'}"
    )
    asked = per_group(requests)
    assert asked.keys() >= set(groups), (
        f"the provider: expected a request for each of {list(groups)}, but only for {list(asked)}"
    )


def saved_copy(stores: Stores, prices: Mapping[str, Decimal]) -> None:
    kind, stored = stores.saved_copy_kind(), stores.saved_copy_bytes()
    if kind is None:
        raise MissingError("Redis has no key catalog:entry after an update")
    assert kind == "string", f"the saved copy: expected a string at catalog:entry, but it is a {kind}"
    held = stores.saved_copy()
    assert held == prices, (
        f"the saved copy: expected {_told(prices)} in catalog:entry, but it holds {_told(held)}: {stored[:200]!r}"
    )
    assert checksum_matches(stored), (
        "the saved copy: expected its checksum to be SHA-256 over the bytes of bundles, but it is not"
    )


def database(stores: Stores, prices: Mapping[str, Decimal]) -> None:
    try:
        held = stores.database()
    except psycopg.Error as odd:
        raise MissingError(
            f"the tables in PostgreSQL are not those of the contract: {str(odd).splitlines()[0]}"
        ) from None
    if not held:
        raise MissingError("PostgreSQL has no bundles of the version in catalog_current after an update")
    assert held == prices, f"the database: expected {_told(prices)} in the current version, but it holds {_told(held)}"


def lock_is_released(stores: Stores) -> None:
    assert stores.lock_holder() is None, (
        "the lock: expected catalog:lock to be gone after an update, but it is still held"
    )


def _told(prices: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{name} at {price}" for name, price in sorted(prices.items())) or "nothing"
