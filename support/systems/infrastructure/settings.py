"""The settings of the infrastructure: [infrastructure] in holdfast.toml, HOLDFAST_INFRASTRUCTURE_*, -D infrastructure.<name>=."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from support.core.settings import SystemSettings
from support.systems.infrastructure.addresses import SERVICES, Addresses, read_addresses, variable


@dataclass(frozen=True, slots=True)
class InfrastructureSettings(SystemSettings):
    """`mysql_addr` and its like are where services run that are to be judged instead of ours; also as MYSQL_ADDR and so on.

    `etcd_image` and its like are other images for all members of a cluster. `defect` sets the clusters up with one known mistake.
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
        _ = self.services  # refused here if they are malformed

    @property
    def services(self) -> dict[str, Addresses]:
        """What already runs and is to be judged where it does, by the names of `support.systems.infrastructure.addresses`."""
        told = {service: getattr(self, f"{service}_addr") for service in SERVICES}
        return {service: read_addresses(service, text) for service, text in told.items() if text}

    @property
    def judged(self) -> str:
        return self.defect

    @property
    def implied(self) -> Mapping[str, str]:
        """The backend that an image demands, and the setting that does."""
        named = [f"{service}_image" for service in SERVICES if getattr(self, f"{service}_image")]
        return {"containers": f"infrastructure.{named[0]}"} if named else {}

    def image_of(self, kind: str) -> str:
        """The image that was given for the members of this *kind* of cluster; empty for the one in the topology."""
        return str(getattr(self, f"{kind}_image", ""))
