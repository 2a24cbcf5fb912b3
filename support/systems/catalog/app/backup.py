"""The backup file, the last resort. Operators maintain it, or the service renews it after each complete update (`keep_backup`)."""

import asyncio
import fcntl
import os
import tempfile
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from support.systems.catalog.app.errors import BackupError, ReadOnlyError
from support.systems.catalog.app.model import Bundle, Catalog, Source

READ_TIMEOUT_S = 5.0
LEFTOVER_AFTER_S = 3600.0
READABLE = 0o644


class _File(msgspec.Struct):
    saved_at: Annotated[datetime, Meta(tz=True)]
    bundles: Annotated[tuple[Bundle, ...], Meta(min_length=1)]


_file = msgspec.json.Decoder(_File)


class Backup:
    """Caches the file's content until the file changes on disk."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._cached: tuple[tuple[int, int, int], Catalog] | None = None
        self._writing = asyncio.Lock()
        self._write_error = ""

    async def load(self) -> Catalog:
        """The catalog in the file. Raises `BackupError` with the reason."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._load), READ_TIMEOUT_S)
        except TimeoutError:
            raise BackupError(f"the backup file could not be read within {READ_TIMEOUT_S:g} s") from None

    async def check(self) -> None:
        """Raises `BackupError` when the file is unusable, `ReadOnlyError` when the last write failed."""
        await self.load()
        if self._write_error:
            raise ReadOnlyError(self._write_error)

    async def save(self, catalog: Catalog, encoded: bytes) -> None:
        """Replace the file by *catalog*, unless the file is newer; *encoded* is `encode_bundles(catalog.bundles)`.

        The replacement is atomic. Raises `BackupError`; the old file then stays in place.
        """
        async with self._writing:
            try:
                await asyncio.to_thread(self._save, catalog, encoded)
            except OSError as error:
                self._write_error = f"the backup file cannot be written: {error.strerror}"
                raise BackupError(self._write_error) from None
            self._write_error = ""

    def _save(self, catalog: Catalog, encoded: bytes) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)  # so that no instance replaces a newer backup by an older one
            if not self._is_current(catalog):
                self._replace(catalog, encoded)
                os.fsync(folder)
        finally:
            os.close(folder)

    def _is_current(self, catalog: Catalog) -> bool:
        """Whether the file is at least as new as *catalog*; an unusable file is not."""
        try:
            return self._load().fetched_at >= catalog.fetched_at
        except BackupError:
            return False

    def _replace(self, catalog: Catalog, encoded: bytes) -> None:
        self._clear_leftovers()
        number, name = tempfile.mkstemp(prefix=self._prefix, dir=self._path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                os.fchmod(number, READABLE)
                file.write(b'{"saved_at":%b,"bundles":%b}' % (msgspec.json.encode(catalog.fetched_at), encoded))
                file.flush()
                os.fsync(number)  # otherwise a power failure could leave an empty file under the final name
            Path(name).replace(self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    @property
    def _prefix(self) -> str:
        return f".{self._path.name}-"

    def _clear_leftovers(self) -> None:
        """Remove temporary files of killed processes; files that other instances are writing are younger."""
        for leftover in self._path.parent.glob(f"{self._prefix}*"):
            with suppress(OSError):
                if time.time() - leftover.stat().st_mtime > LEFTOVER_AFTER_S:
                    leftover.unlink()

    def _load(self) -> Catalog:
        try:
            with self._path.open("rb") as file:
                stat = os.fstat(file.fileno())  # of the opened file, even if it has been replaced since
                stamp = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                if self._cached is not None and self._cached[0] == stamp:
                    file.read(1)
                    return self._cached[1]
                content = _file.decode(file.read())
        except OSError as error:
            raise BackupError(f"the backup file cannot be read: {error.strerror}") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as damage:
            raise BackupError(f"the backup file is damaged: {damage}") from None
        catalog = Catalog(Source.BACKUP, content.saved_at, None, content.bundles)
        self._cached = (stamp, catalog)
        return catalog
