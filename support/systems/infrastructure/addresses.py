"""Addresses of services that are already running, in the formats that operators use in MYSQL_ADDR and the like."""

import re
from dataclasses import dataclass, field

from support.core.errors import UsageError

SERVICES = {"kafka": 9092, "etcd": 2379, "redis": 6379, "mysql": 3306}  # with their default ports
WITH_LOGIN = ("redis", "mysql")
_FORM = re.compile(r"(?:(?P<user>[^:@/]*)(?::(?P<password>.*))?@)?(?:tcp\()?(?P<places>[^@/()]+)\)?(?:/[^@]*)?")
_PLACE = re.compile(r"(?P<host>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")

Place = tuple[str, int]  # host and port


@dataclass(frozen=True, slots=True)
class Addresses:
    """The *places* of one service, as given in the environment variable *name*."""

    name: str
    places: tuple[Place, ...]
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.name}={','.join(f'{host}:{port}' for host, port in self.places)}"


def variable(service: str) -> str:
    return f"{service.upper()}_ADDR"


def read_addresses(service: str, text: str) -> Addresses:
    """Parse `host:port`, or several separated by commas; Redis and MySQL may have `user:password@` before it.

    Go's `user:password@tcp(host:port)/database` is accepted too; the database is ignored. Raises `UsageError` without the
    password in its message.
    """
    whole = _FORM.fullmatch(text.strip())
    places = [_PLACE.fullmatch(word.strip()) for word in whole["places"].split(",")] if whole else [None]
    found = tuple(_place(one, SERVICES[service]) for one in places if one)
    if whole is None or None in places or not all(0 < port <= 65535 for _, port in found):
        login = "user:password@" if service in WITH_LOGIN else ""
        raise UsageError(f"{variable(service)} is not an address; say {variable(service)}={login}host:port")
    if whole["user"] is not None and service not in WITH_LOGIN:
        raise UsageError(
            f"{variable(service)} holds a login, which is not supported for {service}; say host:port alone"
        )
    return Addresses(variable(service), found, whole["user"] or "", whole["password"] or "")


def _place(found: re.Match[str], default_port: int) -> Place:
    return found["host"].strip("[]"), int(found["port"] or default_port)
