"""One collection: an engine's shard in a folder of its own, which a killed process leaves ready to be opened again."""

import asyncio
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import qdrant_edge as engine

RESERVE_BYTES = 8 * 2**20  # the engine maps its files into memory: a full disk would end the process with SIGBUS
MULTIPLE = 4  # what a write may take on the disk, as a multiple of its size: log, payload and indices
_DISTANCES = {
    "Cosine": engine.Distance.Cosine,
    "Dot": engine.Distance.Dot,
    "Euclid": engine.Distance.Euclid,
    "Manhattan": engine.Distance.Manhattan,
}


class NoSpaceError(Exception):
    """The disk has not enough room for a write."""


class Collection:
    """Writes go one after another; reads beside them. A confirmed write survives the end of the process at any moment."""

    def __init__(self, folder: Path, vectors: Mapping[str, Any], shard: engine.EdgeShard) -> None:
        self.name = folder.name
        self.vectors = vectors
        self.shard = shard
        self._folder = folder
        self._writing = asyncio.Lock()
        self._operations = 0

    @classmethod
    def create(cls, folder: Path, vectors: Mapping[str, Any]) -> Self:
        """Raises `NoSpaceError`, and `KeyError` or `ValueError` for wrong *vectors*."""
        parameters = engine.EdgeVectorParams(size=vectors["size"], distance=_DISTANCES[vectors["distance"]])
        require_space(folder.parent, RESERVE_BYTES)
        shutil.rmtree(folder, ignore_errors=True)  # what a process that was killed while creating has left
        (folder / "shard").mkdir(parents=True)
        shard = engine.EdgeShard.create(str(folder / "shard"), engine.EdgeConfig(vectors=parameters))
        unfinished = folder / "config.tmp"
        unfinished.write_text(json.dumps(vectors))
        unfinished.rename(folder / "config.json")
        return cls(folder, vectors, shard)

    @classmethod
    def open_all(cls, root: Path) -> dict[str, Self]:
        found = {}
        for config in sorted(root.glob("*/config.json")):
            folder = config.parent
            shard = engine.EdgeShard.load(str(folder / "shard"))
            found[folder.name] = cls(folder, json.loads(config.read_text()), shard)
        return found

    async def write(self, operation: engine.UpdateOperation, size: int) -> dict[str, Any]:
        """*size* is that of the request, in bytes. Raises `NoSpaceError`, and what the engine raises."""
        async with self._writing:
            require_space(self._folder, MULTIPLE * size)
            await asyncio.to_thread(self.shard.update, operation)
            self._operations += 1
            return {"operation_id": self._operations, "status": "completed"}

    async def drop(self) -> None:
        async with self._writing:
            (self._folder / "config.json").unlink()
            self.close()
            await asyncio.to_thread(shutil.rmtree, self._folder)

    def close(self) -> None:
        self.shard.close()


def require_space(folder: Path, size: int) -> None:
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < RESERVE_BYTES + size:
        raise NoSpaceError
