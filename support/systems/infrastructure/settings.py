"""The settings of the infrastructure: [infrastructure] in holdfast.toml, HOLDFAST_INFRASTRUCTURE_*, -D infrastructure.<name>=."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from support.core.settings import SystemSettings
from support.systems.infrastructure.addresses import SERVICES, Addresses, read_addresses, variable


@dataclass(frozen=True, slots=True)
class InfrastructureSettings(SystemSettings):
    """Settings of the clusters.

    `mysql_addr` and the like are addresses of running services to test instead of starting clusters; MYSQL_ADDR and the like set
    them too. `etcd_image` and the like replace the image of all members of a cluster. `defect` names a defect to configure.
    """

    mysql_addr: str = ""
    redis_addr: str = ""
    etcd_addr: str = ""
    kafka_addr: str = ""
    mysql_image: str = ""
    redis_image: str = ""
    etcd_image: str = ""
    kafka_image: str = ""
    defect: str = ""

    VARIABLES: ClassVar[Mapping[str, str]] = {variable(service): f"{service}_addr" for service in SERVICES}
    OLD_NAMES: ClassVar[Mapping[str, str]] = {
        "infrastructure_defect": "defect",
        **{f"{service}_{what}": f"{service}_{what}" for service in SERVICES for what in ("addr", "image")},
    }

    def __post_init__(self) -> None:
        _ = self.services  # raises UsageError if an address is malformed

    @property
    def services(self) -> dict[str, Addresses]:
        """The addresses of services that are already running, by the names in `support.systems.infrastructure.addresses`."""
        given = {service: getattr(self, f"{service}_addr") for service in SERVICES}
        return {service: read_addresses(service, text) for service, text in given.items() if text}

    @property
    def judged(self) -> str:
        return self.defect

    @property
    def only_one(self) -> str:
        given = [f"infrastructure.{service}_addr" for service in SERVICES if getattr(self, f"{service}_addr")]
        return f"{given[0]} names one service, which is shared" if given else ""

    @property
    def implied(self) -> Mapping[str, str]:
        """The backend that an image setting requires, and the name of that setting."""
        given = [f"{service}_image" for service in SERVICES if getattr(self, f"{service}_image")]
        return {"containers": f"infrastructure.{given[0]}"} if given else {}

    def image_of(self, kind: str) -> str:
        """Return the given image for this *kind* of cluster, or an empty string for the image in the topology."""
        return str(getattr(self, f"{kind}_image", ""))
