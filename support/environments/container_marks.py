"""The labels of a run's containers and networks, by which they are found and removed, also after the run was killed."""

import fcntl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.container_engine import demand_engine, labelled, remove

RUN, PLACE = "holdfast.run", "holdfast.place"
KINDS = ("containers", "networks")  # in the order in which they can be removed


def marks(run: Path) -> dict[str, str]:
    """Labels for the run with this folder, which is locked while the run is alive."""
    return {RUN: str(run), PLACE: _place()}


def remove_marked(run: Path) -> list[str]:
    """Remove the containers and networks of the run with this folder; returns their names."""
    return _remove(f"{RUN}={run}")


def sweep_engine() -> list[str]:
    """Remove the containers and networks of killed runs; one message per run. Runs that are alive are left alone."""
    try:
        demand_engine()
    except UsageError:
        return []
    messages = []
    for run, place in _runs().items():
        if _is_dead(run, place):
            names = remove_marked(Path(run))
            messages.append(f"an earlier run was killed: removed {', '.join(names)} of {Path(run).name}")
    return messages


def _runs() -> dict[str, str]:
    every = [entry.get("Labels") or {} for kind in KINDS for entry in labelled(kind, RUN)]
    return {labels[RUN]: labels.get(PLACE, "") for labels in every}


def _is_dead(run: str, place: str) -> bool:
    """Whether no process holds the lock of its folder. For a run of another mount namespace this is unknown, and False, unless the
    machine has been restarted since.
    """
    boot, _, _ = place.partition("/")
    if place != _place():
        return boot != _boot()
    try:
        with (Path(run) / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:  # the lock is held, or the folder belongs to another user
        return False
    return True


def _remove(label: str) -> list[str]:
    names: list[str] = []
    for kind in KINDS:
        found = labelled(kind, label)
        names += [_name(entry) for entry in found]
        with ThreadPoolExecutor(8) as pool:
            errors = [job.exception() for job in [pool.submit(remove, kind, entry["Id"]) for entry in found]]
        _raise_first(errors)
    return names


def _raise_first(errors: Iterable[BaseException | None]) -> None:
    for error in errors:
        if error:
            raise error if isinstance(error, BrokenHarnessError) else BrokenHarnessError(str(error))


def _name(entry: dict[str, object]) -> str:
    names = entry.get("Names")
    return str(names[0] if isinstance(names, list) and names else entry.get("Name", "")).lstrip("/")


def _place() -> str:
    """Identifies the scope in which folders and locks are valid: this boot of the kernel and this mount namespace."""
    return f"{_boot()}/{Path('/proc/self/ns/mnt').readlink()}"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
