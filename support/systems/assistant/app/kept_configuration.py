"""The configuration on the disk, so that what was set at run time outlives a restart."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from support.systems.assistant.app.durable_file import replace_durably

FILE = "configuration.json"


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
        """Replace the file, durably. Raises `OSError`; the old file then stays."""
        replace_durably(self.folder / FILE, msgspec.json.encode(kept))
