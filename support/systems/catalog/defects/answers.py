"""Mistakes in what an answer says beside its prices: its headers, its age, and the reasons of a refusal."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from support.systems.catalog.app import web
from support.systems.catalog.app.model import Bundle, Catalog, Source
from support.systems.catalog.app.report import Report
from support.systems.catalog.app.web import Web
from support.systems.patched_variants import Patch, breaks

_REFUSALS = ("CAT-FORM-1", "CAT-SYNC-3", "CAT-CACHE-1")  # which have scenarios of their own


def _with_header(name: str, value: str) -> Callable[[Web, Catalog, list[Bundle], int], Response]:
    sound = Web._answer  # noqa: SLF001

    def answer(self: Web, catalog: Catalog, bundles: list[Bundle], total: int) -> Response:
        said = sound(self, catalog, bundles, total)
        said.headers[name] = value
        return said

    return answer


@breaks("CAT-CHAIN-2", "CAT-CHAIN-3", spills=("CAT-FORM-1", "CAT-API-4", "CAT-API-5", "CAT-CACHE-1", "CAT-CACHE-2"))
def header_names_the_provider(patch: Patch) -> None:
    """The header names the provider as the source, whatever the body names."""
    patch(Web, "_answer", _with_header("Catalog-Source", "provider"))


@breaks("CAT-CHAIN-2", spills=("CAT-FORM-1", "CAT-API-5", "CAT-CACHE-1", "CAT-CHAIN-3", "CAT-API-4", "CAT-CACHE-2"))
def age_header_of_a_fresh_answer(patch: Patch) -> None:
    """The header gives an age of no seconds to prices from the saved copy."""
    patch(Web, "_answer", _with_header("Age", "0"))


@breaks("CAT-CACHE-3")
def age_stands_still(patch: Patch) -> None:
    """Answers from memory give the age that the prices had when they were loaded."""
    sound = Web._answer  # noqa: SLF001
    seen: dict[tuple[Source, str], float] = {}

    def answer(self: Web, catalog: Catalog, bundles: list[Bundle], total: int) -> Response:
        age_s = seen.setdefault((catalog.source, catalog.fetched_at.isoformat()), catalog.age_s())
        as_loaded = replace(catalog, fetched_at=catalog.fetched_at + timedelta(seconds=catalog.age_s() - age_s))
        return sound(self, as_loaded, bundles, total)

    patch(Web, "_answer", answer)


def _refusing_with(**fields: object) -> Callable[[Web, Request, Exception], object]:
    sound = Web._unavailable  # noqa: SLF001

    async def unavailable(self: Web, _: Request, error: Exception) -> Response:
        polite = await sound(self, _, error)
        body = {**msgspec.json.decode(polite.body), **fields}
        return Response(msgspec.json.encode(body), 503, {"Retry-After": polite.headers["Retry-After"]})

    return unavailable


@breaks("CAT-CHAIN-4", spills=_REFUSALS)
def refusal_contradicts_its_header(patch: Patch) -> None:
    """A refusal asks for another wait in its body than in its header."""
    patch(Web, "_unavailable", _refusing_with(retry_after_seconds=3600))


@breaks("CAT-CHAIN-4", spills=_REFUSALS)
def says_which_address_failed(patch: Patch) -> None:
    """A refusal gives the address of the store that did not answer."""
    patch(Web, "_unavailable", _refusing_with(message="Sorry: dial tcp 10.0.3.7:6432: connection refused"))


@breaks("CAT-CHAIN-4", spills=_REFUSALS)
def shows_the_stack_of_another_language(patch: Patch) -> None:
    """A refusal shows where in the code it comes from, in the manner of Node.js."""
    patch(Web, "_unavailable", _refusing_with(debug="at Shop.load (/srv/shop/dist/load.js:12:31)"))


@breaks("CAT-CHAIN-4", spills=_REFUSALS)
def shows_its_query(patch: Patch) -> None:
    """A refusal shows the statement that the database has refused."""
    patch(Web, "_unavailable", _refusing_with(cause="SELECT price FROM bundle WHERE version = $1: no such relation"))


@breaks("CAT-CHAIN-4", spills=_REFUSALS)
def names_the_class_of_the_failure(patch: Patch) -> None:
    """A refusal names the class of the error in the code."""
    patch(Web, "_unavailable", _refusing_with(message="com.shop.catalog.NoSourceLeftException"))


@breaks("CAT-CHAIN-4", spills=_REFUSALS)
def failed_updates_look_well(patch: Patch) -> None:
    """An update that leaves nothing to serve is answered with the status of a success."""

    def status_of(_report: Report) -> int:
        return 200

    patch(web, "_status_of", status_of)


@breaks("CAT-CHAIN-1", spills=("CAT-FORM-1",))
def calls_live_prices_saved(patch: Patch) -> None:
    """Prices that have just come from the provider are labelled as coming from the saved copy."""
    sound = Web._answer  # noqa: SLF001

    def answer(self: Web, catalog: Catalog, bundles: list[Bundle], total: int) -> Response:
        source = Source.CACHE if catalog.source is Source.PROVIDER else catalog.source
        return sound(self, replace(catalog, source=source), bundles, total)

    patch(Web, "_answer", answer)


@breaks("CAT-CHAIN-4", spills=_REFUSALS)
def thinks_before_it_refuses(patch: Patch) -> None:
    """A refusal takes five seconds."""
    sound = Web._unavailable  # noqa: SLF001

    async def unavailable(self: Web, _: Request, error: Exception) -> Response:
        await asyncio.sleep(5)
        return await sound(self, _, error)

    patch(Web, "_unavailable", unavailable)


@breaks("CAT-CHAIN-4", spills=_REFUSALS)
def is_worn_out_by_refusing(patch: Patch) -> None:
    """After a refusal the service has lost its footing: its status page fails."""
    sound = Web._unavailable  # noqa: SLF001
    refused = []

    async def unavailable(self: Web, _: Request, error: Exception) -> Response:
        refused.append(error)
        return await sound(self, _, error)

    sound_page = Web.health

    async def health(self: Web, _: Request) -> Response:
        return web._error(500, "internal", "Sorry.") if refused else await sound_page(self, _)  # noqa: SLF001

    patch(Web, "_unavailable", unavailable)
    patch(Web, "health", health)
