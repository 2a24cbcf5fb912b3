"""Client of the HTTP API of our fault proxy (`support.fault_proxy.server`) or of Toxiproxy: one request per call, at most 3 s.

Every failure is a `BrokenHarnessError`: the harness requested something impossible, or the server is not running.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from urllib.parse import quote

import requests

from support.core.errors import BrokenHarnessError

TIMEOUT_S = 3.0


@dataclass(frozen=True)
class Toxic:
    """A fault on one direction of a proxy; *toxicity* is the share of connections affected; the server names a nameless one."""

    type: str
    attributes: Mapping[str, int] = field(default_factory=dict)
    stream: Literal["upstream", "downstream"] = "downstream"
    toxicity: float = 1.0
    name: str = ""


@dataclass(frozen=True)
class Flow:
    """Bytes received from the sender and sent on to the receiver since the server started."""

    received: int
    sent: int


@dataclass(frozen=True)
class Counters:
    """Connections accepted, open now and failed to reach the upstream; bytes by direction. Never reset: use differences."""

    connections: int
    open: int
    failed: int
    upstream: Flow
    downstream: Flow


@dataclass(frozen=True)
class LinkUsage:
    """The system's use of a link so far, without our own probes: connections opened, and bytes sent into it."""

    connections: int
    sent: int


@dataclass(frozen=True)
class Proxy:
    """The state of a proxy. *counters* (of the system) and *probes* (of the harness) are None with Toxiproxy's own server."""

    name: str
    listen: str
    upstream: str
    enabled: bool
    toxics: tuple[Toxic, ...] = ()
    counters: Counters | None = None
    probes: Counters | None = None


@dataclass(frozen=True)
class Connection:
    """A recent connection of our proxy; times in unix seconds; *toxics* are the names of the toxics that it drew."""

    number: int
    probe: bool
    client_port: int
    opened: float
    closed: float | None
    upstream: Flow
    downstream: Flow
    toxics: tuple[str, ...]


class Toxiproxy:
    """The server at *url*, such as `http://127.0.0.1:8474`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # ignore HTTP proxies of the environment

    def close(self) -> None:
        self._session.close()

    def version(self) -> Mapping[str, Any]:
        """`version`; our proxy adds `server` and `seed`."""
        answer: Mapping[str, Any] = self._call("GET", "/version")
        return answer

    def populate(self, proxies: Iterable[Proxy]) -> list[Proxy]:
        """Create these proxies; an existing one with the same addresses is left unchanged."""
        body = [{"name": p.name, "listen": p.listen, "upstream": p.upstream, "enabled": p.enabled} for p in proxies]
        return [_proxy(entry) for entry in self._call("POST", "/populate", body)["proxies"] or []]

    def proxies(self) -> dict[str, Proxy]:
        return {name: _proxy(entry) for name, entry in self._call("GET", "/proxies").items()}

    def proxy(self, name: str) -> Proxy:
        return _proxy(self._call("GET", _path(name)))

    def use(self, name: str) -> LinkUsage | None:
        """None with Toxiproxy's own server, which has no counters."""
        counters = self.proxy(name).counters
        return LinkUsage(counters.connections, counters.upstream.received) if counters else None

    def create(self, name: str, listen: str, upstream: str) -> Proxy:
        body = {"name": name, "listen": listen, "upstream": upstream, "enabled": True}
        return _proxy(self._call("POST", "/proxies", body))

    def enable(self, name: str) -> Proxy:
        return _proxy(self._call("POST", _path(name), {"enabled": True}))

    def disable(self, name: str) -> Proxy:
        """Refuse new connections and close open ones until the proxy is enabled again."""
        return _proxy(self._call("POST", _path(name), {"enabled": False}))

    def delete(self, name: str) -> None:
        self._call("DELETE", _path(name))

    def add(self, name: str, toxic: Toxic) -> Toxic:
        """Add *toxic* to the proxy *name*, open connections included; the returned one has its name."""
        body = asdict(toxic)
        if not toxic.name:
            del body["name"]
        return _toxic(self._call("POST", _path(name, "toxics"), body))

    def remove(self, name: str, toxic_name: str, within_s: float = TIMEOUT_S) -> None:
        self._call("DELETE", _path(name, "toxics", toxic_name), within_s=within_s)

    def reset(self, seed: int | None = None) -> None:
        """Enable all proxies and remove all toxics; our proxy then draws from *seed*, if it is given."""
        self._call("POST", "/reset", None if seed is None else {"seed": seed})

    def connections(self, name: str) -> list[Connection]:
        """The last connections, oldest first; our proxy only."""
        return [_connection(entry) for entry in self._call("GET", _path(name, "connections"))]

    def _call(self, method: str, path: str, body: object = None, within_s: float = TIMEOUT_S) -> Any:
        called = f"{method} {self._url}{path}"
        try:
            answer = self._session.request(method, self._url + path, json=body, timeout=within_s)
            content = answer.json() if answer.content else None
        except requests.Timeout as problem:
            raise BrokenHarnessError(f"the fault proxy did not answer {called} within {within_s:g} s") from problem
        except requests.JSONDecodeError as problem:
            raise BrokenHarnessError(
                f"the fault proxy answered {called} with {answer.status_code} and no JSON: {answer.text[:200]!r}"
            ) from problem
        except requests.RequestException as problem:
            raise BrokenHarnessError(f"the fault proxy cannot be reached: {called}; is it running? {problem}") from None
        if not answer.ok:
            reason = content.get("error", content) if isinstance(content, dict) else content
            raise BrokenHarnessError(f"the fault proxy refused {called} with {answer.status_code}: {reason}")
        return content


def _path(name: str, *more: str) -> str:
    return "/".join(["/proxies", *(quote(part, safe="") for part in (name, *more))])


def _proxy(entry: Mapping[str, Any]) -> Proxy:
    return Proxy(
        name=entry["name"],
        listen=entry["listen"],
        upstream=entry["upstream"],
        enabled=entry["enabled"],
        toxics=tuple(_toxic(toxic) for toxic in entry["toxics"]),
        counters=_counters(entry.get("counters")),
        probes=_counters(entry.get("probes")),
    )


def _toxic(entry: Mapping[str, Any]) -> Toxic:
    return Toxic(**{key: entry[key] for key in ("type", "attributes", "stream", "toxicity", "name")})


def _counters(entry: Mapping[str, Any] | None) -> Counters | None:
    return None if entry is None else Counters(**_flows(entry))


def _connection(entry: Mapping[str, Any]) -> Connection:
    return Connection(**{**_flows(entry), "toxics": tuple(entry["toxics"])})


def _flows(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry, "upstream": Flow(**entry["upstream"]), "downstream": Flow(**entry["downstream"])}
