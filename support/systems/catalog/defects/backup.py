"""Mistakes with the backup file and with bundles that are set aside."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec
import structlog

from support.systems.catalog.app import fallback, parsing, provider, publishing, refresh
from support.systems.catalog.app.backup import Backup
from support.systems.catalog.app.errors import BackupError, ErrorKind, RefreshError
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.fetching import Fetched
from support.systems.catalog.app.model import Bundle, Catalog, SetAside
from support.systems.catalog.app.provider import GroupContent, Provider
from support.systems.catalog.app.publishing import Publisher
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-SYNC-3")
def writes_the_backup_in_place(patch: Patch) -> None:
    """The backup is overwritten in place, so a full disk destroys it."""

    def overwrite(self: Backup, catalog: Catalog, encoded: bytes) -> None:
        self._path.write_bytes(b'{"saved_at":%b,"bundles":%b}' % (msgspec.json.encode(catalog.fetched_at), encoded))

    patch(Backup, "_replace", overwrite)


@breaks("CAT-SYNC-3")
def never_renews_the_backup(patch: Patch) -> None:
    """The backup is never renewed."""

    async def keep(_self: Publisher, _backup: Backup, _catalog: Catalog, _encoded: bytes) -> None:
        return

    patch(Publisher, "_save_backup", keep)


@breaks("CAT-SYNC-3")
def passes_over_a_broken_backup(patch: Patch) -> None:
    """An unreadable backup is ignored without a log entry."""

    async def backup(self: Fallback) -> Catalog | None:
        with suppress(BackupError):
            return await self._backup.load()
        return None

    patch(Fallback, "backup", backup)


@breaks("CAT-SYNC-3", spills=("CAT-PERF-5",))
def gives_up_on_the_backup(patch: Patch) -> None:
    """After one failed read the backup is not read again."""
    sound = Backup.load
    lost: dict[Backup, BackupError] = {}

    async def load(self: Backup) -> Catalog:
        if self in lost:
            raise lost[self]
        try:
            return await sound(self)
        except BackupError as error:
            lost[self] = error
            raise

    patch(Backup, "load", load)


@breaks("CAT-SYNC-5")
def one_corrupt_bundle_spoils_all(patch: Patch) -> None:
    """One corrupt bundle invalidates the whole page."""
    sound = parsing.read_page

    def read_page(body: bytes, group: str) -> tuple[list[Bundle], list[SetAside], int]:
        good, bad, pages = sound(body, group)
        if bad:
            raise RefreshError(ErrorKind.MALFORMED, f"a page of {group!r} is malformed: {bad[0].reason}")
        return good, bad, pages

    patch(provider, "read_page", read_page)


@breaks("CAT-SYNC-5")
def never_takes_back_what_was_set_aside(patch: Patch) -> None:
    """A bundle that was set aside once is never accepted again."""
    sound = Provider.content
    left_out: dict[Provider, set[str]] = {}

    async def content(self: Provider, group: str) -> GroupContent:
        found = await sound(self, group)
        names = left_out.setdefault(self, set())
        names.update(bundle.name for bundle in found.set_aside if bundle.name)
        return GroupContent([bundle for bundle in found.bundles if bundle.name not in names], found.set_aside)

    patch(Provider, "content", content)


@breaks("CAT-SYNC-5")
def sets_bundles_aside_in_silence(patch: Patch) -> None:
    """Corrupt bundles are left out without being reported."""

    def set_aside(_self: Fetched) -> list[SetAside]:
        return []

    patch(Fetched, "set_aside", set_aside)


@breaks("CAT-SYNC-3")
def backs_up_half_a_catalog(patch: Patch) -> None:
    """A partial update renews the backup too, with old prices among the new ones."""
    sound = Publisher.publish

    async def publish(self: Publisher, catalog: Catalog, fence: int, *, cache_reachable: bool) -> Catalog:
        published = await sound(self, replace(catalog, failed_groups=()), fence, cache_reachable=cache_reachable)
        return replace(published, failed_groups=catalog.failed_groups)

    patch(Publisher, "publish", publish)


@breaks("CAT-SYNC-3")
def logs_a_broken_backup_without_the_reason(patch: Patch) -> None:
    """The log says that the backup cannot be used, but not why."""

    class Terse:
        def error(self, event: str, **_facts: object) -> None:
            structlog.get_logger().error(event)

        def __getattr__(self, name: str) -> Any:
            return getattr(structlog.get_logger(), name)

    patch(fallback, "log", Terse())
    patch(publishing, "log", Terse())


@breaks("CAT-SYNC-5")
def set_aside_is_not_logged(patch: Patch) -> None:
    """Corrupt bundles are in the report, but not in the log."""

    class Deaf:
        def warning(self, event: str, **facts: object) -> None:
            if event != "bundle.set_aside":
                structlog.get_logger().warning(event, **facts)

        def __getattr__(self, name: str) -> Any:
            return getattr(structlog.get_logger(), name)

    patch(refresh, "log", Deaf())


@breaks("CAT-SYNC-5")
def set_aside_without_its_place(patch: Patch) -> None:
    """A corrupt bundle without a name is reported without its place on the page."""
    sound = Fetched.set_aside

    def set_aside(self: Fetched) -> list[SetAside]:
        return [one if one.name else SetAside(None, one.reason.partition(": ")[2]) for one in sound(self)]

    patch(Fetched, "set_aside", set_aside)


@breaks("CAT-SYNC-3")
def forgets_that_it_could_not_write(patch: Patch) -> None:
    """The status page shows a backup that cannot be renewed as up."""

    async def check(self: Backup) -> None:
        await self.load()

    patch(Backup, "check", check)


@breaks("CAT-SYNC-5")
def sets_aside_for_no_reason(patch: Patch) -> None:
    """Corrupt bundles are reported by name, but not what is wrong with them."""
    sound = Fetched.set_aside

    def set_aside(self: Fetched) -> list[SetAside]:
        return [SetAside(one.name, "it is corrupt") for one in sound(self)]

    patch(Fetched, "set_aside", set_aside)
