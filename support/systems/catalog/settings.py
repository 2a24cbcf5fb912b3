"""The settings of the catalog: [catalog] in holdfast.toml, HOLDFAST_CATALOG_*, -D catalog.<name>=."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar
from urllib.parse import urlsplit

from support.core.environment import users_environment
from support.core.errors import UsageError
from support.core.fingerprint import of_command
from support.core.settings import SystemSettings, one_of, port

DEFECT = "CATALOG_DEFECT"  # the broken variant of the reference that is to be started
CAPABILITIES = ("alerts", "instances", "log", "metrics", "reload", "status-page", "stores")
_IMAGES = ("fault_proxy_image", "provider_image", "alert_inbox_image", "saved_copy_image", "database_image")
_WITH_PORT = {"catalog": "port", "provider": "provider_port", "saved-copy": "redis_port", "database": "postgres_port"}
_SCHEMES = {"redis_url": ("redis", "rediss"), "database_url": ("postgresql", "postgresql+psycopg", "postgres")}


@dataclass(frozen=True, slots=True)
class CatalogSettings(SystemSettings):
    """*command*, *image* or *url* is the candidate under test; the other images and addresses are those of the topology's parts.

    Ports are 0 (any free port) or fixed. *links_at* is the host where the catalog reaches the fault proxy, *renew_command*
    restarts an attached service, and *lacks* lists missing capabilities. *variables* lists the variables of the user's environment
    that the candidate gets too.
    """

    command: str = ""
    image: str = ""
    url: str = ""
    lacks: str = ""
    variables: str = ""
    renew_command: str = ""
    port: int = 0
    provider_port: int = 0
    redis_port: int = 0
    postgres_port: int = 0
    fault_proxy_image: str = ""
    provider_image: str = ""
    alert_inbox_image: str = ""
    saved_copy_image: str = ""
    database_image: str = ""
    proxy_url: str = ""
    provider_url: str = ""
    inbox_url: str = ""
    redis_url: str = ""
    database_url: str = ""
    backup_file: str = ""
    links_at: str = ""

    OLD_NAMES: ClassVar[Mapping[str, str]] = {
        "catalog_command": "command",
        "catalog_image": "image",
        "catalog_url": "url",
        "catalog_port": "port",
        **{
            name: name
            for name in (
                *("lacks", "renew_command", "provider_port", "redis_port", "postgres_port", *_IMAGES, "proxy_url"),
                *("provider_url", "inbox_url", "redis_url", "database_url", "backup_file", "links_at"),
            )
        },
    }

    def __post_init__(self) -> None:
        for capability in self.lacking:
            one_of("catalog.lacks", capability, CAPABILITIES)
        for name, schemes in _SCHEMES.items():
            given = urlsplit(getattr(self, name))
            if getattr(self, name) and not (given.scheme in schemes and given.hostname):
                raise UsageError(
                    f"catalog.{name} is no address of a server; say {schemes[0]}://user:password@host:port/name"
                )
        if missing := [name for name in _listed(self.variables) if name not in users_environment()]:
            raise UsageError(
                f"catalog.variables names {missing[0]}, which the environment does not have; set it, or leave it out"
            )
        for field in fields(self):
            if field.type is int:
                port(f"catalog.{field.name}", getattr(self, field.name))

    @property
    def lacking(self) -> list[str]:
        """The missing capabilities, of CAPABILITIES."""
        return _listed(self.lacks)

    @property
    def candidate(self) -> str:
        """The candidate under test; empty for the reference."""
        return self.command or self.image or self.url

    @property
    def judged(self) -> str:
        """The candidate, and the requested defect, if any."""
        return " ".join(part for part in (self.candidate, users_environment().get(DEFECT, "")) if part)

    @property
    def version(self) -> str:
        return of_command(self.command)

    @property
    def passed_on(self) -> Mapping[str, str]:
        """What the candidate gets of the user's environment."""
        users = users_environment()
        return {name: users[name] for name in (*_listed(self.variables), DEFECT) if name in users}

    @property
    def only_one(self) -> str:
        fixed = [name for name in _WITH_PORT.values() if getattr(self, name)]
        named = "catalog.url names one system" if self.url else ""
        return f"catalog.{fixed[0]} fixes a port" if fixed else named

    @property
    def implied(self) -> Mapping[str, str]:
        """The backends that these settings require, each with the setting that requires it."""
        images = [name for name in ("image", *_IMAGES) if getattr(self, name)]
        demands = (("embedded", self.command and "command"), ("containers", images[:1] and images[0]))
        return {backend: f"catalog.{name}" for backend, name in (*demands, ("attached", self.url and "url")) if name}

    def image_of(self, service: str) -> str:
        """The image set for a *service* of the topology; empty for the image in the topology."""
        name = "image" if service == "catalog" else f"{service.replace('-', '_')}_image"
        return str(getattr(self, name, ""))

    def port_of(self, service: str) -> int:
        """The host port of a *service* of the topology; 0 for any free port."""
        return int(getattr(self, _WITH_PORT.get(service, ""), 0))


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]
