"""Files that are replaced as a whole, and outlive a crash of the machine."""

import os
from pathlib import Path

import structlog

log = structlog.get_logger()


def replace_durably(file: Path, content: bytes) -> None:
    """Raises `OSError`; the old file then stays.

    The new one is on the disk when this returns, unless the folder cannot be synchronized: then it is replaced, and that is logged.
    """
    beside = file.with_name(f"{file.name}.new")
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        with beside.open("wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        beside.replace(file)
        try:
            os.fsync(folder)
        except OSError as error:
            log.error("file.not_synchronized", file=file.name, reason=str(error))  # noqa: TRY400 - the reason suffices
    finally:
        os.close(folder)
