"""Run ids: the name of everything that a run stores in a cluster begins with one. It carries the time at which the run began."""

import re
import secrets
import time
from collections.abc import Iterable
from datetime import timedelta

NAME_PREFIX = "holdfast"
STALE_AFTER = timedelta(days=1)  # longer than any run takes
_RUN_ID = re.compile(rf"{NAME_PREFIX}[-_](?P<began>[0-9a-f]{{8}})[-_][0-9a-f]{{8}}")


def new_run_id(age: timedelta = timedelta()) -> str:
    """Return a unique id for a run that began *age* ago."""
    return f"{NAME_PREFIX}-{int(time.time() - age.total_seconds()):08x}-{secrets.token_hex(4)}"


def stale_run_ids(names: Iterable[str]) -> list[str]:
    """Return the ids in *names* of runs that were killed before they removed their data: all that are older than a day."""
    began_at = {found.group(): int(found["began"], 16) for found in map(_RUN_ID.match, names) if found}
    return sorted(run_id for run_id, began in began_at.items() if began < time.time() - STALE_AFTER.total_seconds())
