"""How each target is looked at: on the path that the system itself uses, with a question of the target's own protocol."""

import errno
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from redis import Redis

from support.core.addresses import Address
from support.environments.memory_limits import MEGABYTE, is_short_of_memory
from support.environments.parts import PROVIDER_KEY, Site
from support.faults.model import (
    Damage,
    DiskFull,
    ErrorAnswers,
    Exhaustion,
    Fault,
    Malformed,
    Mechanism,
    OutOfMemory,
    ShortOfMemory,
    SomeCorrupt,
    Target,
)
from support.probes.pings import POSTGRES, http_get
from support.probes.reading import Reading, Symptom
from support.probes.tcp import dial
from support.systems.catalog.data.bundles import STANDARD
from support.systems.catalog.data.damage import damage_in

NOTHING = "holds nothing"
ECHO = b"*2\r\n$4\r\nECHO\r\n$1000\r\n" + b"x" * 1000 + b"\r\n"  # large enough to show a narrow line
WRITE = b"SET holdfast:probe 1 PX 1\r\n"
BESIDE = 8  # MB; what a limit is over that cannot be exceeded by so much
ROOM = 64 * 1024  # what a new backup may need
ECHOED = len(b"$1000\r\n") + 1000 + len(b"\r\n")


class Probes:
    """Looks at the targets of one site."""

    def __init__(self, site: Site, saved_copy: Redis) -> None:
        self._site = site
        self._redis = saved_copy
        self._killed = 0  # processes that the kernel had ended for want of memory when the service was last seen well

    def look(self, target: Target, fault: Fault, patience_s: float) -> Reading:
        """What a client of *target* experiences now, asked in the way in which *fault* would show."""
        if target is Target.BACKUP:
            return self._room() if isinstance(fault, DiskFull) else self._backup()
        if fault.mechanism is Mechanism.DATA:
            return self._stored()
        if target in {Target.CATALOG, Target.SECOND_CATALOG}:
            seen = _ask(self._site.parts[target].address, http_get("/health/live").ask, patience_s, read=_status)
            return self._with_memory(target, fault, seen)
        entry = self._site.links[target].entry
        if target is Target.PROVIDER:
            group = fault.group if isinstance(fault, ErrorAnswers | Malformed) else None
            group = STANDARD if isinstance(fault, SomeCorrupt) else group
            return _ask(entry, self._catalogue(group), patience_s, complete=_whole, read=_fitness)
        if target is Target.SAVED_COPY:
            return _saved_copy(entry, fault, patience_s)
        return _ask(entry, POSTGRES.ask, patience_s, complete=bool, read=_readiness)

    def _with_memory(self, target: Target, fault: Fault, seen: Reading) -> Reading:
        """*seen*, and what the kernel says of the memory in which the target runs, where that is the question."""
        part = self._site.parts[target]
        if isinstance(fault, ShortOfMemory) and part.alive:
            short = is_short_of_memory(part.pid, (fault.megabytes + BESIDE) * MEGABYTE)
            return replace(seen, said="gets no more memory") if short else seen
        if isinstance(fault, Exhaustion) and self._site.memory:
            if seen.symptom is Symptom.ANSWERS:
                self._killed = self._site.memory.killed
            elif not part.alive and self._site.memory.killed > self._killed:
                return replace(seen, said="ended for want of memory")
        return seen

    def _catalogue(self, group: str | None) -> bytes:
        chosen = f"&group={quote(group)}" if group else ""
        path = f"/v2.4/catalogue?page=1&perPage=1{chosen}"
        # over a connection that is to be kept, as the system asks: silence must not be ended by the server's own close
        return http_get(path, f"X-API-Key: {PROVIDER_KEY}", "X-Holdfast-Probe: 1", connection="keep-alive").ask

    def _room(self) -> Reading:
        """Whether a new file has room beside the backup."""
        with tempfile.NamedTemporaryFile(dir=self._site.backup_file.parent, prefix=".probe-", buffering=0) as probe:
            try:
                os.posix_fallocate(probe.fileno(), 0, ROOM)
            except OSError as refusal:
                return Reading(Symptom.ANSWERS, 0.0, "has no room" if refusal.errno == errno.ENOSPC else str(refusal))
        return Reading(Symptom.ANSWERS, 0.0)

    def _backup(self) -> Reading:
        try:
            content = self._site.backup_file.read_bytes()
        except IsADirectoryError:
            return Reading(Symptom.REFUSED, 0.0, "is a folder")
        except OSError:
            return Reading(Symptom.REFUSED, 0.0, NOTHING)
        damage = damage_in(content)
        return Reading(Symptom.ANSWERS, 0.0, damage.value if damage else "", received=len(content))

    def _stored(self) -> Reading:
        keys = list(self._redis.scan_iter())
        damages = [damage for key in keys if (damage := self._damage(key))]
        said = NOTHING if not keys else damages[0].value if damages else ""
        return Reading(Symptom.ANSWERS, 0.0, said)

    def _damage(self, key: bytes) -> Damage | None:
        if self._redis.type(key) not in {b"string", b"none"}:
            return Damage.OTHER_KIND
        stored: bytes = self._redis.get(key) or b""  # type: ignore[assignment]  # redis-py types both of its clients at once
        return damage_in(stored)


def _ask(
    address: Address,
    ask: bytes,
    patience_s: float,
    complete: Callable[[bytes], bool] | None = None,
    read: Callable[[bytes], str] = lambda _answer: "",
) -> Reading:
    return dial(address, ask, patience_s=patience_s, complete=complete, read=read)


def _saved_copy(entry: Address, fault: Fault, patience_s: float) -> Reading:
    if not isinstance(fault, OutOfMemory):
        return _ask(entry, ECHO, patience_s, complete=lambda answer: len(answer) >= ECHOED)
    if fault.evicts:
        return _ask(entry, b"INFO\r\n", patience_s, complete=_bulk_is_whole, read=_evictions)
    return _ask(entry, WRITE, patience_s, complete=lambda answer: answer.endswith(b"\r\n"), read=_refusal)


def _bulk_is_whole(answer: bytes) -> bool:
    head, end, text = answer.partition(b"\r\n")
    return bool(end) and len(text) >= int(head[1:]) + len(b"\r\n")


def _status(answer: bytes) -> str:
    return f"HTTP {answer[9:12].decode('ascii', 'replace')}"


def _refusal(answer: bytes) -> str:
    return "takes nothing" if answer.startswith(b"-OOM") else ""


def _evictions(answer: bytes) -> str:
    """Whether Redis, by its own INFO, works at its limit and has thrown out data since its counters were reset."""
    told = dict(line.split(b":", 1) for line in answer.split(b"\r\n") if b":" in line)
    limited = int(told.get(b"maxmemory", 0)) > 0 and told.get(b"maxmemory_policy") == b"allkeys-lru"
    return "drops data" if limited and int(told.get(b"evicted_keys", 0)) > 0 else ""


def _readiness(answer: bytes) -> str:
    return "" if answer.startswith(POSTGRES.answer) else "unfit: it takes nobody in yet"


def _whole(answer: bytes) -> bool:
    """Whether an HTTP answer with a Content-Length is all there."""
    head, end, body = answer.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end and lengths) and len(body) >= int(lengths[0])


def _fitness(answer: bytes) -> str:
    """The status of the provider's answer and, at 200, whether it is a catalogue page that one could use."""
    body = answer.partition(b"\r\n\r\n")[2]
    if _status(answer) != "HTTP 200":
        return _status(answer)
    try:
        bundles = json.loads(body)["bundles"]
        fit = all(isinstance(bundle["name"], str) and isinstance(bundle["price"], int | float) for bundle in bundles)
    except (ValueError, KeyError, TypeError) as trouble:
        return f"unfit: {type(trouble).__name__}"
    return "HTTP 200" if fit else "unfit: wrong types"
