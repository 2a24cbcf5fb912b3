"""The names of what runs store in clusters. Each begins with its run's mark, which tells that it is ours, and since when."""

import re
import secrets
import time
from collections.abc import Iterable
from datetime import timedelta

NAME_PREFIX = "holdfast"
ABANDONED = timedelta(days=1)  # no run takes as long
_MARK = re.compile(rf"{NAME_PREFIX}[-_](?P<began>[0-9a-f]{{8}})[-_][0-9a-f]{{8}}")


def new_run_id(age: timedelta = timedelta()) -> str:
    """The mark of a run that began *age* ago, unlike that of any other."""
    return f"{NAME_PREFIX}-{int(time.time() - age.total_seconds()):08x}-{secrets.token_hex(4)}"


def stale_run_ids(names: Iterable[str]) -> list[str]:
    """The marks among *names* of runs that were killed before they could remove what they had stored."""
    marks = {mark.group(): int(mark["began"], 16) for mark in map(_MARK.match, names) if mark}
    return sorted(mark for mark, began in marks.items() if began < time.time() - ABANDONED.total_seconds())
