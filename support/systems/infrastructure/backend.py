"""Chooses the backend of the clusters: attached for services that are already running, or as the settings request."""

from collections.abc import Collection

from support.core.errors import UsageError
from support.core.settings import Settings
from support.environments.choice import Choice, choose, refuse_others
from support.environments.compose import HELPERS, prefixed, services, topology_of
from support.environments.container_engine import demand_engine
from support.environments.images.present import demand_images
from support.systems.infrastructure.defects import config_with_defect
from support.systems.infrastructure.settings import InfrastructureSettings

HOSTS = "hosts"  # the key of the image of the hosts on which members run


def choose_backend(settings: Settings, kinds: Collection[str]) -> Choice:
    """Return the backend for clusters of these *kinds*. Raises `UsageError` if settings contradict each other."""
    own = settings.of(InfrastructureSettings)
    if own.services:
        refuse_others("attached", own.implied)
        return Choice("attached", f"tested where they run: {', '.join(map(str, own.services.values()))}")
    return choose(settings, own.implied, lambda: images(settings, kinds).values())


def demand_containers(settings: Settings, kinds: Collection[str]) -> None:
    """Raise `UsageError` with the remedy unless clusters of these *kinds* can run in containers."""
    defect = settings.of(InfrastructureSettings).defect
    if config_with_defect(defect).bandwidth_kbit:
        raise UsageError(f"{defect} is not available in containers; set backend=embedded")
    demand_engine()
    demand_images(settings.image_prefix, images(settings, kinds).values())


def images(settings: Settings, kinds: Collection[str]) -> dict[str, str]:
    """Return the images of these *kinds* of clusters by service, and of their hosts as `HOSTS`.

    A kind is a profile in the topology.
    """
    own = settings.of(InfrastructureSettings)
    described = services(topology_of("infrastructure"), prefixed(settings.image_prefix))
    profiles = {name: entry["profiles"][0] for name, entry in described.items()}
    wanted = sorted(name for name, profile in profiles.items() if profile in kinds)
    found = {name: own.image_of(profiles[name]) or described[name]["image"] for name in wanted}
    return found | {HOSTS: settings.image_prefix + HELPERS}
