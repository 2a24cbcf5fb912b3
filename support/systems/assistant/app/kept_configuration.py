"""The configuration on the disk, so that what was set at run time outlives a restart."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import structlog

FILE = "configuration.json"
log = structlog.get_logger()


class DamagedError(Exception):
    """The file is there, but is not as it was written."""


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*changed* is what was set at run time, if anything; *in_force* is what applied last, with its preset."""

    version: int
    changed: dict[str, Any] | None
    in_force: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptConfiguration:
    folder: Path

    def read(self) -> Kept | None:
        """None if nothing was kept yet. Raises `DamagedError`, `OSError`."""
        try:
            return msgspec.json.decode((self.folder / FILE).read_bytes(), type=Kept)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DamagedError(str(error)) from None

    def write(self, kept: Kept) -> None:
        """Replace the file atomically. Raises `OSError`; the old file then stays.

        It is on the disk when this returns, unless the folder cannot be synchronized, which is logged: the file is replaced then.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.folder / f"{FILE}.new"
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            with new.open("wb") as file:
                file.write(msgspec.json.encode(kept))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.folder / FILE)
            try:
                os.fsync(descriptor)
            except OSError as error:
                log.error("configuration.not_synchronized", reason=str(error))  # noqa: TRY400 - the reason suffices
        finally:
            os.close(descriptor)
