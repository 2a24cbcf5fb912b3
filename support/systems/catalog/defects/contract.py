"""Mistakes that show while nothing fails: headers, queries, settings and signals that are not as the contract has them."""

import asyncio
import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_UP, Decimal
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from support.systems.catalog.app import __main__ as program
from support.systems.catalog.app import database, parsing, schema, web
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.health import Overall
from support.systems.catalog.app.model import Bundle, Catalog, now
from support.systems.catalog.app.runtime import Runtime
from support.systems.catalog.app.settings import Settings, SettingsError, read_settings
from support.systems.catalog.app.snapshot import Query, Snapshot
from support.systems.catalog.app.web import Web
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-FORM-1", spills=("CAT-CHAIN-2", "CAT-CHAIN-3", "CAT-API-4", "CAT-API-5", "CAT-CACHE-1", "CAT-CACHE-2"))
def headers_that_always_say_the_same(patch: Patch) -> None:
    """The headers of every answer name the provider as its source, and no age."""
    sound = Web._answer  # noqa: SLF001

    def answer(self: Web, catalog: Catalog, bundles: list[Bundle], total: int) -> Response:
        said = sound(self, catalog, bundles, total)
        said.headers.update({"Catalog-Source": "provider", "Age": "0"})
        return said

    patch(Web, "_answer", answer)


@breaks("CAT-FORM-1")
def a_limit_of_nothing_is_all(patch: Patch) -> None:
    """A senseless limit or offset is taken for none instead of being refused."""

    def count(text: str | None, name: str, default: int, lowest: int, highest: int) -> int:  # noqa: ARG001
        fits = text is not None and text.isdecimal() and lowest <= int(text) <= highest
        return int(text) if fits and text is not None else default

    patch(web, "_count", count)


@breaks("CAT-FORM-1")
def ignores_the_country(patch: Patch) -> None:
    """A search for a country finds the bundles of all countries."""
    sound = Snapshot.search

    def search(self: Snapshot, query: Query) -> tuple[int, list[Bundle]]:
        return sound(self, replace(query, country=None))

    patch(Snapshot, "search", search)


@breaks("CAT-FORM-1")
def pages_that_overlap(patch: Patch) -> None:
    """A page begins with the last bundle of the page before."""
    sound = web.read_query

    def query(request: Request) -> Query:
        asked = sound(request)
        return replace(asked, offset=max(0, asked.offset - 1))

    patch(web, "read_query", query)


@breaks("CAT-FORM-1", spills=("CAT-CHAIN-4",))
def a_status_page_that_fails(patch: Patch) -> None:
    """The status page answers with 503 while the service has nothing to serve."""
    sound = Web.health

    async def health(self: Web, _: Request) -> Response:
        page = await sound(self, _)
        page.status_code = 503 if b'"down"' in bytes(page.body)[:20] else 200
        return page

    patch(Web, "health", health)


@breaks("CAT-FORM-1")
def ends_with_an_error(patch: Patch) -> None:
    """After SIGTERM the process ends with the status of an error."""
    sound = program.main

    def main() -> int:
        return sound() or 1

    patch(program, "main", main)


@breaks("CAT-FORM-1")
def takes_its_time_to_stop(patch: Patch) -> None:
    """After SIGTERM the process goes on for two seconds."""
    sound = program.main

    def main() -> int:
        status = sound()
        time.sleep(2.0)
        return status

    patch(program, "main", main)
    patch(program, "EXIT_WITHIN_S", 4.0)


@breaks("CAT-FORM-1")
def starts_whatever_it_is_told(patch: Patch) -> None:
    """A setting that makes no sense is replaced by its default."""

    def read(environment: Mapping[str, str]) -> Settings:
        usable = dict(environment)
        while True:
            try:
                return read_settings(usable)
            except SettingsError as wrong:
                del usable[str(wrong).split()[0]]

    patch(program, "read_settings", read)


@breaks("CAT-FORM-1")
def crashes_on_a_wrong_setting(patch: Patch) -> None:
    """A setting that makes no sense ends the start with a traceback."""

    def read(environment: Mapping[str, str]) -> Settings:
        try:
            return read_settings(environment)
        except SettingsError as wrong:
            raise ValueError(str(wrong)) from wrong

    patch(program, "read_settings", read)


@breaks("CAT-FORM-1")
def any_bundle_will_do(patch: Patch) -> None:
    """The page of a bundle shows another one, whatever was asked for."""

    def find(self: Snapshot, name: str) -> Bundle | None:  # noqa: ARG001
        return self.catalog.bundles[-1]

    patch(Snapshot, "find", find)


@breaks("CAT-FORM-1")
def rounds_like_a_computer(patch: Patch) -> None:
    """Prices are rounded as binary fractions, and half a cent to the even one."""

    def price(number: float) -> str:
        return f"{number:.2f}"

    patch(parsing, "_price", price)


@breaks("CAT-FORM-1")
def rounds_everything_up(patch: Patch) -> None:
    """Each fraction of a cent makes a price dearer by a cent."""

    def price(number: float) -> str:
        return str(Decimal(str(number)).quantize(Decimal("0.01"), ROUND_UP))

    patch(parsing, "_price", price)


@breaks("CAT-FORM-1")
def unlimited_is_nothing(patch: Patch) -> None:
    """Unlimited data becomes no data."""
    sound = parsing._to_bundle  # noqa: SLF001

    def to_bundle(offer: parsing._Offer, group: str) -> Bundle:
        bundle = sound(offer, group)
        return msgspec.structs.replace(bundle, data_mb=max(0, bundle.data_mb))

    patch(parsing, "_to_bundle", to_bundle)


@breaks("CAT-FORM-1")
def reports_what_has_not_been(patch: Patch) -> None:
    """Before the first update its report is there, and empty."""

    async def last_sync(self: Web, _: Request) -> Response:
        return web._json(self.runtime.service.last_report or {})  # noqa: SLF001

    patch(Web, "last_sync", last_sync)


@breaks("CAT-FORM-1")
def versions_pile_up(patch: Patch) -> None:
    """No version is ever deleted from the database."""
    patch(schema, "PRUNE", "SELECT %s::integer")


@breaks("CAT-FORM-1")
def no_way_back_in_the_database(patch: Patch) -> None:
    """The database keeps the current version alone."""
    patch(database, "KEPT_VERSIONS", 1)


@breaks("CAT-FORM-1")
def ready_only_when_all_is_well(patch: Patch) -> None:
    """The service is not ready while any part fails, so that nobody asks it when it should serve from elsewhere."""

    async def ready(self: Web, _: Request) -> Response:
        found = await self.runtime.health.check()
        return web._json({"status": "ready"}, 200 if found.status is Overall.HEALTHY else 503)  # noqa: SLF001

    patch(Web, "ready", ready)


@breaks("CAT-FORM-1")
def ready_until_the_end(patch: Patch) -> None:
    """A service that stops takes questions, and says that it is ready, until it has ended."""

    class Lingering(program._Server):  # noqa: SLF001
        async def main_loop(self) -> None:
            await super().main_loop()
            await asyncio.sleep(0.6)

    async def ready(self: Web, _: Request) -> Response:  # noqa: ARG001
        return web._json({"status": "ready"})  # noqa: SLF001

    patch(program, "_Server", Lingering)
    patch(Web, "ready", ready)


@breaks("CAT-FORM-1")
def started_when_the_process_did(patch: Patch) -> None:
    """After a reload `started_at` is still the start of the process."""
    sound, started_at = Runtime.__init__, now()

    def init(self: Runtime, settings: Settings) -> None:
        sound(self, settings)
        self.started_at = started_at

    patch(Runtime, "__init__", init)


@breaks("CAT-FORM-1")
def a_reload_keeps_its_memory_in_an_outage(patch: Patch) -> None:
    """A reload keeps the prices in memory while the provider cannot be reached."""
    sound, kept = Runtime.__init__, list[Runtime]()

    def init(self: Runtime, settings: Settings) -> None:
        sound(self, settings)
        held = kept[-1].service.snapshot if kept else None
        provider = urlsplit(settings.provider_url)
        try:
            socket.create_connection((provider.hostname, provider.port), timeout=0.2).close()
        except OSError:
            self.service.snapshot = held
        kept[:] = [self]

    patch(Runtime, "__init__", init)


@breaks("CAT-FORM-1")
def a_reload_keeps_its_connections(patch: Patch) -> None:
    """A reload goes on with the connections to Redis that there are."""
    sound, kept = Cache.__init__, list[Cache]()

    def init(self: Cache, settings: Settings) -> None:
        sound(self, settings)
        kept.append(self)
        vars(self).update(vars(kept[0]))

    async def close(_self: Cache) -> None:
        return

    patch(Cache, "__init__", init)
    patch(Cache, "close", close)
