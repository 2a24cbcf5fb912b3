"""Checks that answers given during updates are consistent with each other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import msgspec

from support.systems.catalog.actors.continuous_searches import LISTING, SearchAnswer
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.shopper import Visit


@dataclass(frozen=True, slots=True)
class SearchHistory:
    """All answers and the updates during them; *spans* are the updates' begin and end in monotonic time."""

    answers: Sequence[SearchAnswer]
    updates: Sequence[Update]
    spans: Sequence[tuple[float, float]]

    def __str__(self) -> str:
        return (
            f"{len(self.answers)} answers from {len(self.versions())} versions, {self.during_updates()} of them during "
            f"{len(self.updates)} updates; {self.compared_searches()} searches compared with a listing"
        )

    def versions(self) -> set[int]:
        return {answer.version for answer in self.answers if answer.version}

    def during_updates(self) -> int:
        """How many requests began and ended within an update."""
        return sum(any(begin <= one.began and one.ended <= end for begin, end in self.spans) for one in self.answers)

    def unanswered(self) -> list[str]:
        return _few([f"{answer.question}: {answer.error}" for answer in self.answers if answer.error])

    def mixtures(self) -> list[str]:
        """Answers with more than one price, and versions with more than one price or size."""
        within = [f"an answer with the prices {_joined(one.prices)}" for one in self.answers if len(one.prices) > 1]
        prices: dict[int, set[str]] = defaultdict(set)
        sizes: dict[int, set[int]] = defaultdict(set)
        for one in self.answers:
            prices[one.version] |= one.prices
            if one.question == LISTING and not one.error:
                sizes[one.version] |= {one.total, len(one.bundles)}
        across = [f"version {version} at {_joined(seen)}" for version, seen in prices.items() if len(seen) > 1]
        torn = [f"version {version} with {seen} bundles" for version, seen in sizes.items() if len(seen) > 1]
        return _few(across + torn + within)

    def steps_back(self) -> list[str]:
        """Shoppers who saw an older version after a newer one."""
        newest: dict[int, int] = defaultdict(int)
        found = []
        for one in self.answers:
            if one.version and one.version < newest[one.shopper]:
                found.append(f"version {one.version} after {newest[one.shopper]}")
            newest[one.shopper] = max(newest[one.shopper], one.version)
        return _few(found)

    def disagreements(self) -> list[str]:
        """Searches whose results differ from the listing of the same version."""
        listings = self._listings()
        found = []
        for one in self._searches(listings):
            held = listings[one.version]
            wanted = _matching(one.question, held)
            shown = {name for name, _ in one.bundles}
            if shown != wanted:
                found.append(
                    f"{one.question} of version {one.version}: {len(shown - wanted)} found that are not in the listing, "
                    f"{len(wanted - shown)} of the listing not found"
                )
        return _few(found)

    def compared_searches(self) -> int:
        return sum(1 for _ in self._searches(self._listings()))

    def _searches(self, listings: Mapping[int, object]) -> Iterable[SearchAnswer]:
        return (one for one in self.answers if one.question != LISTING and one.version in listings)

    def _listings(self) -> dict[int, dict[str, str]]:
        return {one.version: dict(one.bundles) for one in self.answers if one.question == LISTING and not one.error}


class _Shown(msgspec.Struct, rename={"version": "catalog_version"}):
    version: int | None
    total: int
    bundles: list[dict[str, object]]


def torn(visits: Iterable[Visit]) -> list[str]:
    """Answers with more than one price, and versions with more than one price or size, among *visits* that were served."""
    return SearchHistory([_found(visit) for visit in visits if visit.served], (), ()).mixtures()


def _found(visit: Visit) -> SearchAnswer:
    shown = msgspec.json.decode(visit.text, type=_Shown)
    return SearchAnswer(
        shopper=0,
        question=LISTING if len(shown.bundles) == shown.total else "a page of the listing",
        began=visit.at,
        ended=visit.at + visit.waited.total_seconds(),
        version=shown.version or 0,  # a backup has no version
        total=shown.total,
        prices=frozenset(str(bundle["price"]) for bundle in shown.bundles),
        bundles=tuple((str(bundle["name"]), str(bundle["description"])) for bundle in shown.bundles),
    )


def _matching(question: str, held: Mapping[str, str]) -> set[str]:
    """The names that *question* should find among the *held* bundles."""
    parts = urlsplit(question)
    if not parts.query:
        name = parts.path.rpartition("/")[2]
        return {name} & held.keys()
    text = parse_qs(parts.query)["search"][0].casefold()
    return {name for name, description in held.items() if text in f"{name}\n{description}".casefold()}


def _few(found: list[str]) -> list[str]:
    """The first three, and the number of the others."""
    return found if len(found) <= 4 else [*found[:3], f"and {len(found) - 3} more"]


def _joined(prices: Iterable[str]) -> str:
    return ", ".join(sorted(prices))
