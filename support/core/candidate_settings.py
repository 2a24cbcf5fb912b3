"""What the settings of every system have in common that judges a candidate: by command, by image, or where it runs already."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar
from urllib.parse import urlsplit

from support.core.environment import users_environment
from support.core.errors import UsageError
from support.core.fingerprint import of_command
from support.core.settings import SystemSettings, one_of, port


@dataclass(frozen=True, slots=True)
class CandidateSettings(SystemSettings):
    """*command*, *image* or *url* is the candidate under test.

    *lacks* lists missing capabilities. *variables* lists the variables of the user's environment that the candidate gets too.
    *renew_command* restarts an attached service. A system adds the ports, images and addresses of its other parts.
    """

    command: str = ""
    image: str = ""
    url: str = ""
    lacks: str = ""
    variables: str = ""
    renew_command: str = ""

    NAME: ClassVar[str] = ""
    """The system's name, and that of its service in the topology."""
    DEFECT: ClassVar[str] = ""
    """The variable that names the broken variant of the reference that is to be started."""
    CAPABILITIES: ClassVar[tuple[str, ...]] = ()
    IMAGES: ClassVar[tuple[str, ...]] = ()
    """The settings of the topology's other images: that of fault-proxy, or assistant-fault-proxy, is fault_proxy_image."""
    PORTS: ClassVar[Mapping[str, str]] = {}
    """The settings of ports by the services of the topology. A port is 0 (any free port) or fixed."""
    SCHEMES: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """The settings that are addresses of servers, with the schemes that each may have."""

    def __post_init__(self) -> None:
        for capability in self.lacking:
            one_of(f"{self.NAME}.lacks", capability, self.CAPABILITIES)
        for name, schemes in self.SCHEMES.items():
            given = urlsplit(getattr(self, name))
            if getattr(self, name) and not (given.scheme in schemes and given.hostname):
                raise UsageError(
                    f"{self.NAME}.{name} is no address of a server; say {schemes[0]}://user:password@host:port/name"
                )
        if missing := [name for name in _listed(self.variables) if name not in users_environment()]:
            raise UsageError(
                f"{self.NAME}.variables names {missing[0]}, which the environment does not have; set it, or leave it out"
            )
        for field in fields(self):
            if field.type is int:
                port(f"{self.NAME}.{field.name}", getattr(self, field.name))

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
        return " ".join(part for part in (self.candidate, users_environment().get(self.DEFECT, "")) if part)

    @property
    def version(self) -> str:
        return of_command(self.command)

    @property
    def passed_on(self) -> Mapping[str, str]:
        """What the candidate gets of the user's environment."""
        users = users_environment()
        return {name: users[name] for name in (*_listed(self.variables), self.DEFECT) if name in users}

    @property
    def only_one(self) -> str:
        fixed = [name for name in self.PORTS.values() if getattr(self, name)]
        named = f"{self.NAME}.url names one system" if self.url else ""
        return f"{self.NAME}.{fixed[0]} fixes a port" if fixed else named

    @property
    def implied(self) -> Mapping[str, str]:
        """The backends that these settings require, each with the setting that requires it."""
        images = [name for name in ("image", *self.IMAGES) if getattr(self, name)]
        demands = (("embedded", self.command and "command"), ("containers", images[:1] and images[0]))
        return {
            backend: f"{self.NAME}.{name}" for backend, name in (*demands, ("attached", self.url and "url")) if name
        }

    @property
    def reloads(self) -> bool | None:
        """Whether the service is known to start afresh at SIGHUP: the reference does, a candidate may (None)."""
        return False if "reload" in self.lacking else None if self.candidate else True

    def image_of(self, service: str) -> str:
        """The image set for a *service* of the topology; empty for the image in the topology."""
        part = service.removeprefix(f"{self.NAME}-").replace("-", "_")
        name = "image" if service == self.NAME else f"{part}_image"
        return str(getattr(self, name, ""))

    def port_of(self, service: str) -> int:
        """The host port of a *service* of the topology; 0 for any free port."""
        return int(getattr(self, self.PORTS.get(service, ""), 0))


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]
