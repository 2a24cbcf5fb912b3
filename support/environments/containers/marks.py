"""The marks on everything that a run has an engine make, by which it is found and cleared, also after the run was killed."""

import fcntl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.container_engine import demand_engine, labelled, remove

RUN, PLACE = "holdfast.run", "holdfast.place"
KINDS = ("containers", "networks")  # in the order in which they can be removed


def marks(run: Path) -> dict[str, str]:
    """Labels for what belongs to the run with this folder, which is locked as long as the run lives."""
    return {RUN: str(run), PLACE: _place()}


def remove_marked(run: Path) -> list[str]:
    """Remove all that belongs to the run with this folder; returns the names."""
    return _remove(f"{RUN}={run}")


def sweep_engine() -> list[str]:
    """Remove what killed runs have left in the engine; one sentence for each run. Other runs that are alive are let be."""
    try:
        demand_engine()
    except UsageError:
        return []
    told = []
    for run, place in _runs().items():
        if _is_dead(run, place):
            names = remove_marked(Path(run))
            told.append(f"an earlier run was killed: removed {', '.join(names)}, which belonged to {Path(run).name}")
    return told


def _runs() -> dict[str, str]:
    every = [entry.get("Labels") or {} for kind in KINDS for entry in labelled(kind, RUN)]
    return {labels[RUN]: labels.get(PLACE, "") for labels in every}


def _is_dead(run: str, place: str) -> bool:
    """Whether nobody holds its folder. What was started in another mount namespace cannot be told from here, unless it was before
    the machine was started.
    """
    boot, _, _ = place.partition("/")
    if place != _place():
        return boot != _boot()
    try:
        with (Path(run) / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:  # somebody holds it, or it is somebody else's
        return False
    return True


def _remove(label: str) -> list[str]:
    names: list[str] = []
    for kind in KINDS:
        found = labelled(kind, label)
        names += [_name(entry) for entry in found]
        with ThreadPoolExecutor(8) as pool:
            troubles = [job.exception() for job in [pool.submit(remove, kind, entry["Id"]) for entry in found]]
        _raise_first(troubles)
    return names


def _raise_first(troubles: Iterable[BaseException | None]) -> None:
    for trouble in troubles:
        if trouble:
            raise trouble if isinstance(trouble, BrokenHarnessError) else BrokenHarnessError(str(trouble))


def _name(entry: dict[str, object]) -> str:
    names = entry.get("Names")
    return str(names[0] if isinstance(names, list) and names else entry.get("Name", "")).lstrip("/")


def _place() -> str:
    """Where folders and locks mean the same: this boot of the kernel, and this mount namespace."""
    return f"{_boot()}/{Path('/proc/self/ns/mnt').readlink()}"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
