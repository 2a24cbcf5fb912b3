"""Closed-loop load: shoppers who search without a pause. Every answer is kept, so that answers can be compared."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from threading import Event
from types import TracebackType
from typing import Self
from urllib.parse import quote

import msgspec
import requests

TIMEOUT_S = 10.0
LISTING = "/bundles?limit=1000"  # the whole catalog in one answer, up to 1,000 bundles


class _Bundle(msgspec.Struct):
    name: str
    description: str
    price: str


class _Listing(msgspec.Struct):
    catalog_version: int
    total: int
    bundles: list[_Bundle]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answer to *question* (path and query). *bundles* are names with descriptions; *error* says why there was no answer.

    *began* and *ended* are monotonic times; *shopper* is the number of the shopper. *version* is 0 for an unknown name.
    """

    shopper: int
    question: str
    began: float
    ended: float
    version: int = 0
    total: int = 0
    prices: frozenset[str] = frozenset()
    bundles: tuple[tuple[str, str], ...] = ()
    error: str = ""


class ContinuousSearches:
    """*count* shoppers search during the `with` block: for the whole listing, by text, and by name."""

    def __init__(self, url: str, count: int) -> None:
        self._url = url
        self._stop = Event()
        self._pool = ThreadPoolExecutor(count)
        self.answers: list[SearchAnswer] = []
        self._running: list[Future[None]] = [self._pool.submit(self._search, number) for number in range(count)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._pool.shutdown()
        for done in self._running:
            done.result()

    def _search(self, number: int) -> None:
        with requests.Session() as session:
            session.trust_env = False
            everything = self._ask(session, number, LISTING)
            questions = cycle(_questions(everything, number))
            while not self._stop.is_set():
                self.answers.append(self._ask(session, number, next(questions)))

    def _ask(self, session: requests.Session, number: int, question: str) -> SearchAnswer:
        began = time.monotonic()
        try:
            answer = session.get(self._url + question, timeout=TIMEOUT_S)
            if answer.status_code == requests.codes.not_found and question.startswith("/bundles/"):
                return SearchAnswer(number, question, began, time.monotonic())
            answer.raise_for_status()
            shown = _listing.decode(answer.content)
        except (requests.RequestException, msgspec.DecodeError) as failure:
            return SearchAnswer(number, question, began, time.monotonic(), error=f"{type(failure).__name__}: {failure}")
        return SearchAnswer(
            number,
            question,
            began,
            time.monotonic(),
            shown.catalog_version,
            shown.total,
            frozenset(bundle.price for bundle in shown.bundles),
            tuple((sys.intern(bundle.name), sys.intern(bundle.description)) for bundle in shown.bundles),
        )


_listing = msgspec.json.Decoder(_Listing)


def _questions(everything: SearchAnswer, number: int) -> Iterator[str]:
    """The listing, a text search, a name, and so on; each shopper starts at another place."""
    names = [name for name, _ in everything.bundles]
    words = sorted({description.rsplit(" ", 2)[0] for _, description in everything.bundles})
    for place in range(len(words) * 3):
        yield LISTING
        yield f"{LISTING}&search={quote(words[(place + number) % len(words)])}"
        yield f"/bundles/{quote(names[-1 - (7 * place + number) % len(names)])}"
