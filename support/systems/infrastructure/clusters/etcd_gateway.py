"""etcd's HTTP gateway (https://etcd.io/docs/v3.5/dev-guide/api_grpc_gateway/): the calls that we make, one member at a time."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import requests


class EtcdRejectedError(Exception):
    """The member said no, and why: nothing came of what was asked."""


class EtcdNoAnswerError(Exception):
    """No whole answer came: what was asked may have happened or not."""


@dataclass(frozen=True, slots=True)
class KeyValue:
    """One key as etcd holds it; *revision* is that of its last change."""

    key: str
    value: str
    revision: int


@dataclass(frozen=True, slots=True)
class WatchUpdate:
    """What a watch was told at once: *entries*, and the revision up to which it has been told everything."""

    entries: list[KeyValue]
    revision: int


class EtcdGateway:
    """*host* and *port* are a member's, *timeout_s* is how long one answer may take, half of it how long a connection may."""

    def __init__(self, host: str, port: int, timeout_s: float = 1.0) -> None:
        self._url = f"http://{host}:{port}"
        self._timeout_s = (timeout_s / 2, timeout_s)
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy for the world outside is none for this

    def put(self, key: str, value: str) -> int:
        """Returns the revision of the change."""
        return int(self._call("kv/put", {"key": _b64(key), "value": _b64(value)})["header"]["revision"])

    def read_prefix(self, prefix: str, *, serializable: bool = False) -> list[KeyValue]:
        """All keys that begin with *prefix*, in the order of their last change; *serializable* as the member itself knows them."""
        span = {
            "key": _b64(prefix),
            "range_end": _b64(prefix[:-1] + chr(ord(prefix[-1]) + 1)),
            "serializable": serializable,
        }
        found = [_entry(one) for one in self._call("kv/range", span).get("kvs", [])]
        return sorted(found, key=lambda entry: entry.revision)

    def get(self, key: str, *, serializable: bool = False) -> str | None:
        found = self._call("kv/range", {"key": _b64(key), "serializable": serializable}).get("kvs", [])
        return _entry(found[0]).value if found else None

    def delete_prefix(self, prefix: str) -> None:
        self._call("kv/deleterange", {"key": _b64(prefix), "range_end": _b64(prefix[:-1] + chr(ord(prefix[-1]) + 1))})

    def status(self) -> dict[str, Any]:
        return self._call("maintenance/status", {})

    def client_urls(self) -> list[str]:
        """Where etcd tells its clients to find its members."""
        return [url for one in self._call("cluster/member/list", {})["members"] for url in one.get("clientURLs", [])]

    def watch(self, prefix: str, since: int) -> Iterator[WatchUpdate]:
        """Changes below *prefix* from revision *since* on (0: from now on), as they come; none of them once the watch is set up.

        Raises `EtcdNoAnswerError` when nothing has come for the member's patience, for that cannot be told from a dead member.
        """
        span = {"key": _b64(prefix), "range_end": _b64(prefix[:-1] + chr(ord(prefix[-1]) + 1)), "start_revision": since}
        try:
            answer = self._http.post(
                f"{self._url}/v3/watch",
                json={"create_request": span},
                stream=True,
                timeout=self._timeout_s,
            )
            with closing(answer):
                for line in answer.iter_lines(chunk_size=None):
                    told = json.loads(line)
                    if "error" in told:
                        raise EtcdRejectedError(str(told["error"]))
                    entries = [_entry(one["kv"]) for one in told["result"].get("events", [])]
                    whole = entries[-1].revision if entries else int(told["result"]["header"]["revision"])
                    yield WatchUpdate(entries, whole)
        except (requests.RequestException, ValueError) as trouble:
            raise EtcdNoAnswerError(_reason(trouble)) from None

    def _call(self, path: str, body: object) -> dict[str, Any]:
        try:
            answer = self._http.post(f"{self._url}/v3/{path}", json=body, timeout=self._timeout_s)
            told: dict[str, Any] = answer.json()
        except requests.ConnectTimeout:
            raise EtcdRejectedError("no connection came about in time") from None
        except (requests.RequestException, ValueError) as trouble:
            raise EtcdNoAnswerError(_reason(trouble)) from None
        if answer.status_code != 200:
            why = str(told.get("error") or told.get("message"))
            # it was sent to the others and no majority answered: they may have it all the same
            raise EtcdNoAnswerError(why) if "timed out" in why or "leader changed" in why else EtcdRejectedError(why)
        return told


def _entry(told: dict[str, str]) -> KeyValue:
    value = base64.b64decode(told.get("value", "")).decode()
    return KeyValue(base64.b64decode(told["key"]).decode(), value, int(told["mod_revision"]))


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _reason(trouble: Exception) -> str:
    match trouble:
        case requests.Timeout():
            return "no answer came in time"
        case requests.ConnectionError():
            return "the connection was refused or cut"
    return type(trouble).__name__
