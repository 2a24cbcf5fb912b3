"""Fetches the catalogue from the provider group by group; a failing group does not affect the others."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from support.systems.catalog.app.errors import ErrorKind, RefreshError
from support.systems.catalog.app.model import Bundle, SetAside
from support.systems.catalog.app.provider import GroupContent, Provider

GROUPS_AT_ONCE = 4
TIMEOUT_S = 240.0


@dataclass(slots=True)
class Fetched:
    """The provider's answers for the requested *groups*, in that order."""

    groups: Sequence[str]
    content: dict[str, GroupContent] = field(default_factory=dict)
    failed: dict[str, RefreshError] = field(default_factory=dict)

    def group_statuses(self) -> dict[str, str]:
        """Each group with "ok" or "failed: <reason>"."""
        return {group: f"failed: {self.failed[group]}" if group in self.failed else "ok" for group in self.groups}

    def set_aside(self) -> list[SetAside]:
        return [bundle for group in self.groups if group in self.content for bundle in self.content[group].set_aside]

    def short_of_memory(self) -> RefreshError | None:
        return next((error for error in self.failed.values() if error.kind is ErrorKind.MEMORY), None)

    def rejected(self) -> RefreshError | None:
        return next((error for error in self.failed.values() if error.kind is ErrorKind.UNAUTHORISED), None)


async def fetch(provider: Provider, only: Sequence[str] = ()) -> Fetched:
    """Fetch all groups, or *only* the named ones (then the list of groups is not requested).

    Raises `RefreshError` when the list of groups fails or the whole fetch exceeds its time limit.
    """
    try:
        async with asyncio.timeout(TIMEOUT_S):
            fetched = Fetched(only or await provider.groups())
            slots = asyncio.Semaphore(GROUPS_AT_ONCE)
            async with asyncio.TaskGroup() as tasks:
                for group in fetched.groups:
                    tasks.create_task(_fetch_group(provider, group, fetched, slots))
    except TimeoutError:
        raise RefreshError(ErrorKind.TIMEOUT, f"the catalogue could not be fetched within {TIMEOUT_S:g} s") from None
    return fetched


def merge(fetched: Fetched, previous: Sequence[Bundle], *, only_some: bool) -> tuple[Bundle, ...]:
    """The new bundles of fetched groups and the *previous* ones of failed groups; with *only_some*, also of groups not requested.

    Sorted by group and name, so that the same bundles always make the same catalog. Two stable sorts by one text each hold the
    GIL for a quarter of the time of a single one by pairs; shoppers wait that long.
    """
    kept = [
        bundle
        for bundle in previous
        if bundle.group in fetched.failed or (only_some and bundle.group not in fetched.content)
    ]
    new = [bundle for content in fetched.content.values() for bundle in content.bundles]
    by_name = sorted(new + kept, key=attrgetter("name"))
    return tuple(sorted(by_name, key=attrgetter("group")))


async def _fetch_group(provider: Provider, group: str, fetched: Fetched, slots: asyncio.Semaphore) -> None:
    async with slots:
        try:
            fetched.content[group] = await provider.content(group)
        except RefreshError as error:
            fetched.failed[group] = error
        except MemoryError:
            fetched.failed[group] = RefreshError(ErrorKind.MEMORY, "no memory could be had")
