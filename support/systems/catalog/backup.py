"""The backup file: the last resort, kept by operations, only ever read here."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from support.systems.catalog.model import Bundle, Catalog, Source
from support.systems.catalog.trouble import BackupError

READ_WITHIN_S = 5.0


class _File(msgspec.Struct):
    saved_at: Annotated[datetime, Meta(tz=True)]
    bundles: Annotated[tuple[Bundle, ...], Meta(min_length=1)]


_file = msgspec.json.Decoder(_File)


class Backup:
    """The file is read anew whenever it has changed on the disk."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._read: tuple[tuple[int, int, int], Catalog] | None = None

    async def load(self) -> Catalog:
        """The catalog in the file. Raises `BackupError` saying what is wrong with it."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._load), READ_WITHIN_S)
        except TimeoutError:
            raise BackupError(f"the backup file could not be read within {READ_WITHIN_S:g} s") from None

    def _load(self) -> Catalog:
        try:
            with self._path.open("rb") as file:
                stat = self._path.stat()
                stamp = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                if self._read is not None and self._read[0] == stamp:
                    file.read(1)
                    return self._read[1]
                content = _file.decode(file.read())
        except OSError as trouble:
            raise BackupError(f"the backup file cannot be read: {trouble.strerror}") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as damage:
            raise BackupError(f"the backup file is damaged: {damage}") from None
        catalog = Catalog(Source.BACKUP, content.saved_at, None, content.bundles)
        self._read = (stamp, catalog)
        return catalog
