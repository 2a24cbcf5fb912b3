"""Configuration, read once: settings file < environment (MYSQL_ADDR and the like, HOLDFAST_*) < `-D name=value`."""

import difflib
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from support.core.errors import UsageError
from support.systems.infrastructure.addresses import SERVICES, Addresses, read_addresses, variable

DEFAULT_FILE = Path("holdfast.toml")
ENVIRONMENT_PREFIX = "HOLDFAST_"
BACKENDS = ("containers", "embedded", "attached")
INJECTORS = ("real", "nothing")
REPORTS = ("yes", "no")
CAPABILITIES = ("alerts", "instances", "log", "metrics", "reload", "status-page", "stores")
PORTS = {
    "catalog": "catalog_port",
    "provider": "provider_port",
    "saved-copy": "redis_port",
    "database": "postgres_port",
}
CLUSTER_IMAGES = tuple(f"{service}_image" for service in SERVICES)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run can be told. Ports are 0 (any free one) or fixed.

    A candidate is judged by `catalog_command`, `catalog_image` or `catalog_url`. The other images and addresses are those of the
    parts in docker-compose.yml; `image_prefix` comes before every image that is named there. `links_at` is where the catalog meets
    the fault proxy, `renew_command` starts a service anew that others run, and `lacks` names what a candidate lacks.
    `replay` is the journal of an earlier run, whose random faults are to strike again as they did then.
    `infrastructure_defect` sets the clusters up with one known mistake, to see who notices; `mysql_addr` and its like are
    where services run that are to be judged instead of ours.
    """

    backend: str = ""
    seed: int = 0
    results: Path = Path("results")
    report: str = "yes"
    injector: str = "real"
    replay: str = ""
    catalog_command: str = ""
    infrastructure_defect: str = ""
    catalog_port: int = 0
    provider_port: int = 0
    redis_port: int = 0
    postgres_port: int = 0
    image_prefix: str = ""
    catalog_image: str = ""
    fault_proxy_image: str = ""
    provider_image: str = ""
    alert_inbox_image: str = ""
    saved_copy_image: str = ""
    database_image: str = ""
    etcd_image: str = ""
    kafka_image: str = ""
    redis_image: str = ""
    mysql_image: str = ""
    catalog_url: str = ""
    proxy_url: str = ""
    provider_url: str = ""
    inbox_url: str = ""
    redis_url: str = ""
    database_url: str = ""
    backup_file: str = ""
    links_at: str = ""
    renew_command: str = ""
    lacks: str = ""
    mysql_addr: str = ""
    redis_addr: str = ""
    etcd_addr: str = ""
    kafka_addr: str = ""

    @property
    def services(self) -> dict[str, Addresses]:
        """What already runs and is to be judged where it does, by the names of `support.systems.infrastructure.addresses`."""
        told = {service: getattr(self, f"{service}_addr") for service in SERVICES}
        return {service: read_addresses(service, text) for service, text in told.items() if text}

    def __post_init__(self) -> None:
        _one_of("backend", self.backend, ("", *BACKENDS))
        _one_of("report", self.report, REPORTS)
        _one_of("injector", self.injector, INJECTORS)
        for capability in self.lacking:
            _one_of("lacks", capability, CAPABILITIES)
        _ = self.services  # refused here if they are malformed
        if self.replay and not Path(self.replay).is_file():
            raise UsageError(
                f"replay is {self.replay!r}, and there is no such file; say the journal.jsonl of an earlier run"
            )
        if self.replay and Path(self.replay).resolve().parent == self.results.resolve():
            raise UsageError(f"{self.replay} would be cleared by this run; copy it, or say -D results=<another folder>")
        for name in PORTS.values():
            if not 0 <= getattr(self, name) <= 65535:
                raise UsageError(f"{name} is {getattr(self, name)}; say a port from 1 to 65535, or 0 for any free one")

    @property
    def lacking(self) -> list[str]:
        """What the candidate lacks, of CAPABILITIES."""
        return [name.strip() for name in self.lacks.split(",") if name.strip()]

    @property
    def images(self) -> list[str]:
        """The settings that name an image of the catalog system."""
        return [name for name in self._images if name not in CLUSTER_IMAGES]

    @property
    def cluster_images(self) -> list[str]:
        """The settings that name an image of members of clusters."""
        return [name for name in self._images if name in CLUSTER_IMAGES]

    @property
    def _images(self) -> list[str]:
        return [field.name for field in fields(self) if field.name.endswith("_image") and getattr(self, field.name)]

    def image(self, service: str) -> str:
        """The image that was given for a *service* or a profile of docker-compose.yml; empty for the one that stands there."""
        return str(getattr(self, f"{service.replace('-', '_')}_image"))

    def port(self, service: str) -> int:
        """The port at which a *service* of docker-compose.yml is to be found here; 0 where nobody asked for one."""
        return int(getattr(self, PORTS.get(service, ""), 0))


def read_settings(
    command_line: Mapping[str, str], environment: Mapping[str, str] = os.environ, unasked_seed: int = 0
) -> Settings:
    """Merge the three places. Raises `UsageError` with one sentence for anything unknown or malformed.

    Where no seed is given, it is *unasked_seed*, or drawn by chance if that is 0.
    """
    named = command_line.get("settings") or environment.get(f"{ENVIRONMENT_PREFIX}SETTINGS")
    found: dict[str, Any] = _from_file(Path(named) if named else None)
    for service in SERVICES:
        if text := environment.get(variable(service)):
            found[variable(service).lower()] = text
    for field in fields(Settings):
        if (text := environment.get(ENVIRONMENT_PREFIX + field.name.upper())) is not None:
            found[field.name] = text
    # names with a dot belong to somebody else (AllureFormatter.issue_pattern)
    found |= {name: text for name, text in command_line.items() if name != "settings" and "." not in name}
    chosen = {name: _convert(name, value) for name, value in found.items()}
    if not chosen.get("seed"):
        chosen["seed"] = unasked_seed or secrets.randbelow(2**31 - 1) + 1
    return Settings(**chosen)


def _from_file(named: Path | None) -> dict[str, Any]:
    path = named or DEFAULT_FILE
    if named is None and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as trouble:
        raise UsageError(
            f"the settings file {path} cannot be read ({trouble.strerror}); mend it or leave it out"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise UsageError(f"the settings file {path} is not TOML: {trouble}; write lines such as: seed = 42") from None


def _convert(name: str, value: object) -> Any:
    kinds: dict[str, Any] = {field.name: field.type for field in fields(Settings)}
    if name not in kinds:
        near = difflib.get_close_matches(name, kinds, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(kinds)}"
        raise UsageError(f"there is no setting {name!r}; {hint}")
    if isinstance(value, (dict, list)):
        raise UsageError(f"{name} is {value!r}; say one value, not several")
    try:
        return kinds[name](value)
    except ValueError:
        raise UsageError(f"{name} is {value!r}; say a whole number") from None


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        known = " or ".join(choice for choice in allowed if choice)
        raise UsageError(f"{name} is {value!r}; say {name}={known}")
