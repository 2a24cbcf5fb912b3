"""Addresses of services that are already running, in the formats that operators use in MYSQL_ADDR and the like."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from support.core.errors import UsageError

SERVICES = {"kafka": 9092, "etcd": 2379, "redis": 6379, "mysql": 3306}  # with their default ports
WITH_LOGIN = ("redis", "mysql")
SCHEMES = {"redis": "redis", "mysql": "mysql", "etcd": "http"}
_GO = re.compile(r"(?P<login>.*@)?tcp\((?P<places>[^@/()]+)\)", re.DOTALL)  # what is before the last /
_URL = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*)://(?P<login>[^/?#]*@)?(?P<places>[^@/?#]+)(?:[/?#].*)?")
_PLAIN = re.compile(r"(?P<login>.*@)?(?P<places>[^@/()]+)(?:/[^@]*)?", re.DOTALL)
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

    Go's `user:password@tcp(host:port)/database` is accepted too, and a URL such as `redis://user:password@host`, whose user and
    password may be percent-encoded; the database is ignored. Raises `UsageError` without the password in its message.
    """
    text = text.strip()
    by_go = _GO.fullmatch(text) or _GO.fullmatch(text.rpartition("/")[0])
    whole = by_go or _URL.fullmatch(text) or _PLAIN.fullmatch(text)
    scheme = whole.groupdict().get("scheme", "") if whole else ""
    if scheme and scheme != SCHEMES.get(service):
        raise UsageError(f"{variable(service)} begins with {scheme}://, which is not supported; leave it out")
    places = [_PLACE.fullmatch(word.strip()) for word in whole["places"].split(",")] if whole else [None]
    found = tuple(_place(one, SERVICES[service]) for one in places if one)
    if whole is None or None in places or not all(0 < port <= 65535 for _, port in found):
        login = "user:password@" if service in WITH_LOGIN else ""
        raise UsageError(f"{variable(service)} is not an address; say {variable(service)}={login}host:port")
    if whole["login"] is not None and service not in WITH_LOGIN:
        raise UsageError(
            f"{variable(service)} holds a login, which is not supported for {service}; say host:port alone"
        )
    user, _, password = (whole["login"] or "").removesuffix("@").partition(":")
    decoded = unquote if scheme else str
    return Addresses(variable(service), found, decoded(user), decoded(password))


def _place(found: re.Match[str], default_port: int) -> Place:
    return found["host"].strip("[]"), int(found["port"] or default_port)
