"""The settings of the assistant: [assistant] in holdfast.toml, HOLDFAST_ASSISTANT_*, -D assistant.<name>=."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from support.core.candidate_settings import CandidateSettings

DEFECT = "ASSISTANT_DEFECT"  # the broken variant of the reference that is to be started
CAPABILITIES = (
    *("instances", "reload", "metrics", "alerts", "audit", "history", "benchmarks", "migration", "store", "log"),
)


@dataclass(frozen=True, slots=True)
class AssistantSettings(CandidateSettings):
    """Beside those of every candidate: the ports, images and addresses of the topology's parts.

    *links_at* is the host where the assistant reaches the fault proxy. *data_dir* and *config_file* are those of an attached
    assistant.
    """

    port: int = 0
    ai_service_port: int = 0
    redis_port: int = 0
    fault_proxy_image: str = ""
    ai_service_image: str = ""
    alert_inbox_image: str = ""
    store_image: str = ""
    proxy_url: str = ""
    ai_service_url: str = ""
    inbox_url: str = ""
    redis_url: str = ""
    data_dir: str = ""
    config_file: str = ""
    links_at: str = ""

    NAME: ClassVar[str] = "assistant"
    DEFECT: ClassVar[str] = DEFECT
    CAPABILITIES: ClassVar[tuple[str, ...]] = CAPABILITIES
    IMAGES: ClassVar[tuple[str, ...]] = ("fault_proxy_image", "ai_service_image", "alert_inbox_image", "store_image")
    PORTS: ClassVar[Mapping[str, str]] = {"assistant": "port", "ai-service": "ai_service_port", "store": "redis_port"}
    SCHEMES: ClassVar[Mapping[str, tuple[str, ...]]] = {"redis_url": ("redis", "rediss")}
