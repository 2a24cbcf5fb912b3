"""A client of one etcd member, over its HTTP gateway (https://etcd.io/docs/v3.5/dev-guide/api_grpc_gateway/)."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import requests


class EtcdRejectedError(Exception):
    """The member rejected the request, which therefore had no effect."""


class EtcdNoAnswerError(Exception):
    """No complete answer came. The outcome of the request is unknown."""


@dataclass(frozen=True, slots=True)
class KeyValue:
    """One key and its value; *revision* is the revision of the last change. A *deleted* key has no value."""

    key: str
    value: str
    revision: int
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class WatchUpdate:
    """One message of a watch: the changed *entries*, and the revision up to which the watch has delivered all changes."""

    entries: list[KeyValue]
    revision: int


class EtcdGateway:
    """A client of the member at *host* and *port*. *timeout_s* applies to an answer, and half of it to a connection."""

    def __init__(self, host: str, port: int, timeout_s: float = 1.0) -> None:
        self._url = f"http://{host}:{port}"
        self._timeout_s = (timeout_s / 2, timeout_s)
        self._http = requests.Session()
        self._http.trust_env = False  # the member is local, and must not be reached through a proxy of the machine

    def put(self, key: str, value: str) -> int:
        """Write one key, and return the revision of the change."""
        return int(self._call("kv/put", {"key": _b64(key), "value": _b64(value)})["header"]["revision"])

    def read_prefix(self, prefix: str, *, serializable: bool = False) -> list[KeyValue]:
        """Return all keys that begin with *prefix*, in the order of their last change.

        A *serializable* read is answered from the member's own data, without consensus.
        """
        answer = self._call("kv/range", {**_prefix_range(prefix), "serializable": serializable})
        found = [_entry(one) for one in answer.get("kvs", [])]
        return sorted(found, key=lambda entry: entry.revision)

    def get(self, key: str, *, serializable: bool = False) -> str | None:
        found = self._call("kv/range", {"key": _b64(key), "serializable": serializable}).get("kvs", [])
        return _entry(found[0]).value if found else None

    def delete(self, key: str) -> int:
        """Delete one key, and return the revision of the change. Raises `EtcdRejectedError` if there is no such key."""
        answer = self._call("kv/deleterange", {"key": _b64(key)})
        if not int(answer.get("deleted", 0)):
            raise EtcdRejectedError("there is no such key")
        return int(answer["header"]["revision"])

    def delete_prefix(self, prefix: str) -> None:
        self._call("kv/deleterange", _prefix_range(prefix))

    def status(self) -> dict[str, Any]:
        return self._call("maintenance/status", {})

    def client_urls(self) -> list[str]:
        """Return the addresses that the members advertise to clients."""
        return [url for one in self._call("cluster/member/list", {})["members"] for url in one.get("clientURLs", [])]

    def watch(self, prefix: str, since: int) -> Iterator[WatchUpdate]:
        """Yield the changes of keys that begin with *prefix*, from revision *since* on (0: from now on).

        The first update is empty and means that the watch has been created. Raises `EtcdNoAnswerError` if nothing comes for
        `timeout_s`, because that cannot be distinguished from a dead member.
        """
        request = {**_prefix_range(prefix), "start_revision": since}
        try:
            answer = self._http.post(
                f"{self._url}/v3/watch",
                json={"create_request": request},
                stream=True,
                timeout=self._timeout_s,
            )
            with closing(answer):
                for line in answer.iter_lines(chunk_size=None):
                    message = json.loads(line)
                    if "error" in message:
                        raise EtcdRejectedError(str(message["error"]))
                    entries = [_changed(one) for one in message["result"].get("events", [])]
                    revision = entries[-1].revision if entries else int(message["result"]["header"]["revision"])
                    yield WatchUpdate(entries, revision)
        except (requests.RequestException, ValueError) as trouble:
            raise EtcdNoAnswerError(_reason(trouble)) from None

    def _call(self, path: str, body: object) -> dict[str, Any]:
        try:
            answer = self._http.post(f"{self._url}/v3/{path}", json=body, timeout=self._timeout_s)
            content: dict[str, Any] = answer.json()
        except requests.ConnectTimeout:
            raise EtcdRejectedError("no connection was made in time") from None
        except (requests.RequestException, ValueError) as trouble:
            raise EtcdNoAnswerError(_reason(trouble)) from None
        if answer.status_code != 200:
            why = str(content.get("error") or content.get("message"))
            # in these two cases the request was sent to the other members, and may still be committed
            raise EtcdNoAnswerError(why) if "timed out" in why or "leader changed" in why else EtcdRejectedError(why)
        return content


def _prefix_range(prefix: str) -> dict[str, str]:
    return {"key": _b64(prefix), "range_end": _b64(prefix[:-1] + chr(ord(prefix[-1]) + 1))}


def _entry(found: dict[str, str]) -> KeyValue:
    value = base64.b64decode(found.get("value", "")).decode()
    return KeyValue(base64.b64decode(found["key"]).decode(), value, int(found["mod_revision"]))


def _changed(event: dict[str, Any]) -> KeyValue:
    return replace(_entry(event["kv"]), deleted=event.get("type") == "DELETE")


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _reason(trouble: Exception) -> str:
    match trouble:
        case requests.Timeout():
            return "no answer came in time"
        case requests.ConnectionError():
            return "the connection was refused or closed"
    return type(trouble).__name__
