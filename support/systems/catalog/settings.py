"""The settings of the catalog: [catalog] in holdfast.toml, HOLDFAST_CATALOG_*, -D catalog.<name>=."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from support.core.candidate_settings import CandidateSettings

DEFECT = "CATALOG_DEFECT"  # the broken variant of the reference that is to be started
CAPABILITIES = ("alerts", "instances", "log", "metrics", "reload", "status-page", "stores")
_IMAGES = ("fault_proxy_image", "provider_image", "alert_inbox_image", "saved_copy_image", "database_image")


@dataclass(frozen=True, slots=True)
class CatalogSettings(CandidateSettings):
    """Beside those of every candidate: the ports, images and addresses of the topology's parts.

    *links_at* is the host where the catalog reaches the fault proxy.
    """

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

    NAME: ClassVar[str] = "catalog"
    DEFECT: ClassVar[str] = DEFECT
    CAPABILITIES: ClassVar[tuple[str, ...]] = CAPABILITIES
    IMAGES: ClassVar[tuple[str, ...]] = _IMAGES
    PORTS: ClassVar[Mapping[str, str]] = {
        "catalog": "port",
        "provider": "provider_port",
        "saved-copy": "redis_port",
        "database": "postgres_port",
    }
    SCHEMES: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "redis_url": ("redis", "rediss"),
        "database_url": ("postgresql", "postgresql+psycopg", "postgres"),
    }
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
