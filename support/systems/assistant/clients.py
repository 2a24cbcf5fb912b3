"""The clients of a run, connected to the addresses of its site. A client without an address is absent (N/A)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.core.unavailable import absent, unless_lacking
from support.standins.client import StandInControl
from support.standins.received_alerts import AlertInbox
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.environment.site import Site
from support.systems.assistant.observers.ai_service_record import AiServiceRecord

T = TypeVar("T")
PAGES = {
    "audit": ("audit",),
    "migration": ("migrate",),
    "alerts": ("alerts",),
    "history": ("history",),
    "benchmarks": ("run_benchmarks", "benchmarks"),
}
"""The capabilities that the administration may lack, and the methods of `Administrator` that need them."""
NO_ADDRESS = "the system under test runs elsewhere, and its address is not set: "


@dataclass(frozen=True, slots=True)
class Clients:
    assistant: AssistantApi
    ai_service: StandInControl
    record: AiServiceRecord
    inbox: AlertInbox
    inbox_control: StandInControl
    redis: redis.Redis


def connect(site: Site, lacking: Collection[str]) -> Clients:
    """*lacking* are the capabilities that the candidate lacks."""
    ai_service, inbox = site.ai_service_url, site.inbox_url
    return Clients(
        api(site.assistant_url, lacking),
        StandInControl(ai_service) if ai_service else _absent(StandInControl, "ai_service_url"),
        AiServiceRecord(ai_service) if ai_service else _absent(AiServiceRecord, "ai_service_url"),
        AlertInbox(inbox) if inbox else _absent(AlertInbox, "inbox_url"),
        StandInControl(inbox) if inbox else _absent(StandInControl, "inbox_url"),
        _redis(site.redis_url),
    )


def api(url: str, lacking: Collection[str]) -> AssistantApi:
    """The client of the service at *url*; what the service lacks is absent (N/A)."""
    return unless_lacking(lacking, "metrics", AssistantApi(url), "metrics")


def administrator(client: AssistantApi, lacking: Collection[str]) -> Administrator:
    """The first administrator; pages that the service lacks are absent (N/A)."""
    found = Administrator(client)
    for capability, verbs in PAGES.items():
        found = unless_lacking(lacking, capability, found, *verbs)
    return found


def _redis(url: str) -> redis.Redis:
    if not url:
        return _absent(redis.Redis, "redis_url")
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))


def _absent(kind: type[T], setting: str) -> T:
    return absent(kind, NO_ADDRESS + f"assistant.{setting}")
