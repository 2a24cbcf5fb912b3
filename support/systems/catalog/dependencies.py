"""The probes and fault injectors of the catalog and its dependencies."""

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from redis import Redis

from support.core.target import Target
from support.core.unavailable import absent
from support.faults.dependency import Dependency
from support.faults.injectors.disk import DiskInjector
from support.faults.injectors.link import LinkInjector
from support.faults.injectors.process import ProcessInjector
from support.faults.injectors.process_memory import ProcessMemoryInjector
from support.faults.injectors.redis_memory import RedisMemoryInjector
from support.faults.injectors.stored_data import FileInjector, RedisDataInjector
from support.faults.model import DiskFull, Fault, Mechanism, OutOfMemory, Silence
from support.faults.process_memory import ProcessMemoryProbe
from support.probes import file, http, postgres
from support.probes import redis as redis_probe
from support.probes.reading import Reading, Symptom
from support.systems.catalog.clients import Clients
from support.systems.catalog.data.bundles import STANDARD
from support.systems.catalog.data.damage import apply_fault, detect_damage
from support.systems.catalog.environment.site import PROVIDER_KEY, Site
from support.systems.catalog.faults import Damage, GroupErrorAnswers, GroupWithoutAnswer, Malformed, SomeCorrupt
from support.systems.catalog.provider_injector import ProviderInjector
from support.systems.catalog.targets import BACKUP, CATALOG, DATABASE, PROVIDER, SAVED_COPY, SECOND_CATALOG

if TYPE_CHECKING:
    from support.faults.injectors.base import Injector

NOT_ALLOWED = "the system under test runs elsewhere (backend=attached), and its processes must not be touched"


def dependencies(site: Site, clients: Clients, bypassed: Collection[Target]) -> dict[Target, Dependency]:
    """*bypassed* are the links that the system does not use."""
    looks = _Looks(site, clients.saved_copy)
    link = LinkInjector(site.links, site.proxy, bypassed)
    process: Injector = absent(ProcessInjector, NOT_ALLOWED) if site.shared else ProcessInjector(site.parts)
    memory = ProcessMemoryInjector(site.parts, site.memory, "/health/live")
    backup = FileInjector(site.backup_file, apply_fault)
    stored = RedisDataInjector(clients.saved_copy, apply_fault)
    service = Dependency(looks.service(CATALOG), {Mechanism.PROCESS: process, Mechanism.PROCESS_MEMORY: memory})
    found = {
        PROVIDER: Dependency(
            looks.provider,
            {
                Mechanism.LINK: link,
                Mechanism.STANDIN: ProviderInjector(clients.provider, clients.record),
                Mechanism.PROCESS: process,
            },
        ),
        SAVED_COPY: Dependency(
            looks.saved_copy,
            {
                Mechanism.LINK: link,
                Mechanism.PROCESS: process,
                Mechanism.DATA: stored,
                Mechanism.REDIS_MEMORY: RedisMemoryInjector(clients.saved_copy),
            },
        ),
        DATABASE: Dependency(looks.database, {Mechanism.LINK: link, Mechanism.PROCESS: process}),
        BACKUP: Dependency(
            looks.backup,
            {Mechanism.LINK: backup, Mechanism.DATA: backup, Mechanism.DISK: DiskInjector(site.backup_file)},
        ),
        CATALOG: service,
        SECOND_CATALOG: Dependency(looks.service(SECOND_CATALOG), service.injectors),
    }
    return {target: _reachable(one) if site.shared else one for target, one in found.items()}


def _reachable(whole: Dependency) -> Dependency:
    """In an attached system only links and the stand-in can fail."""
    ours = {Mechanism.LINK, Mechanism.STANDIN}
    refused = absent(ProcessInjector, NOT_ALLOWED)
    injectors: Mapping[Mechanism, Injector] = dict.fromkeys(Mechanism, refused) | {
        mechanism: one
        for mechanism, one in whole.injectors.items()
        if mechanism in ours and not isinstance(one, FileInjector)
    }
    return Dependency(whole.probe, injectors)


class _Looks:
    """Probes each target on the path that the catalog itself uses."""

    def __init__(self, site: Site, saved_copy: Redis) -> None:
        self._site = site
        self._redis = saved_copy
        self._memory = ProcessMemoryProbe(site.memory)

    def provider(self, fault: Fault, patience_s: float) -> Reading:
        group = fault.group if isinstance(fault, GroupErrorAnswers | GroupWithoutAnswer | Malformed) else None
        group = STANDARD if isinstance(fault, SomeCorrupt) else group
        chosen = f"&group={quote(group)}" if group else ""
        return http.get(
            self._site.links[PROVIDER].entry,
            f"/v2.4/catalogue?page=1&perPage=1{chosen}",
            f"X-API-Key: {PROVIDER_KEY}",
            "X-Holdfast-Probe: 1",
            patience_s=patience_s,
            read=_fitness,
            keep_alive=not isinstance(
                fault, Silence | GroupWithoutAnswer
            ),  # who closes after its answer must seem silent too
        )

    def saved_copy(self, fault: Fault, patience_s: float) -> Reading:
        if fault.mechanism is Mechanism.DATA:
            return self._stored()
        entry = self._site.links[SAVED_COPY].entry
        if isinstance(fault, OutOfMemory):
            return (redis_probe.evictions if fault.evicts else redis_probe.write)(entry, patience_s)
        return redis_probe.echo(entry, patience_s)

    def database(self, _fault: Fault, patience_s: float) -> Reading:
        return postgres.login(self._site.links[DATABASE].entry, patience_s)

    def backup(self, fault: Fault, _patience_s: float) -> Reading:
        if isinstance(fault, DiskFull):
            return file.room_beside(self._site.backup_file)
        return file.content(self._site.backup_file, _damage)

    def service(self, target: Target) -> "_ServiceLook":
        return _ServiceLook(self._site, target, self._memory)

    def _stored(self) -> Reading:
        keys = list(self._redis.scan_iter())
        damages = [damage for key in keys if (damage := self._damage(key))]
        return Reading(Symptom.ANSWERS, 0.0, file.NOTHING if not keys else damages[0] if damages else "")

    def _damage(self, key: bytes) -> str:
        if self._redis.type(key) not in {b"string", b"none"}:
            return Damage.OTHER_KIND.value
        stored: bytes = self._redis.get(key) or b""  # type: ignore[assignment]  # redis-py types both of its clients at once
        return _damage(stored)


class _ServiceLook:
    def __init__(self, site: Site, target: Target, memory: ProcessMemoryProbe) -> None:
        self._site = site
        self._target = target
        self._memory = memory

    def __call__(self, fault: Fault, patience_s: float) -> Reading:
        part = self._site.parts[self._target]
        seen = http.get(part.address, "/health/live", patience_s=patience_s)
        return self._memory.add(seen, part, fault)


def _damage(stored: bytes) -> str:
    damage = detect_damage(stored)
    return damage.value if damage else ""


def _fitness(answer: bytes) -> str:
    """The status of the provider's answer and, for 200, whether it is a valid catalogue page."""
    if http.status(answer) != "HTTP 200":
        return http.status(answer)
    try:
        bundles = json.loads(http.body(answer))["bundles"]
        fit = all(isinstance(bundle["name"], str) and isinstance(bundle["price"], int | float) for bundle in bundles)
    except (ValueError, KeyError, TypeError) as trouble:
        return f"unfit: {type(trouble).__name__}"
    return "HTTP 200" if fit else "unfit: wrong types"
