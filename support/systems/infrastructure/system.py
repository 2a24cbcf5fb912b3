"""The system "infrastructure": clusters of etcd, Kafka and Redis with Sentinel, a MySQL server, and the network between them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from support.behave_runtime.recording import Recording
from support.environments.images.recipes import Recipe
from support.systems.infrastructure.addresses import SERVICES
from support.systems.infrastructure.settings import InfrastructureSettings
from support.systems.infrastructure.targets import TARGETS
from support.systems.protocol import Defects, Session, System


@contextmanager
def _open(recording: Recording, _others: Mapping[str, Session]) -> Iterator[Session]:
    from support.systems.infrastructure.session import open_infrastructure  # noqa: PLC0415  slow to import

    with open_infrastructure(recording) as session:
        yield session


def _defects() -> Defects:
    from support.systems.infrastructure.defects import DEFECTS  # noqa: PLC0415

    return Defects(DEFECTS, "infrastructure.defect", "{}", places=tuple(f"needs.{service}" for service in SERVICES))


def _images() -> Sequence[Recipe]:
    from support.systems.infrastructure.images import recipes  # noqa: PLC0415

    return recipes()


SYSTEM = System("infrastructure", InfrastructureSettings, _open, targets=TARGETS, defects=_defects, images=_images)
