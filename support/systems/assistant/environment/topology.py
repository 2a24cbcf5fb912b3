"""What the assistant consists of and which part uses which, for every backend."""

from collections.abc import Mapping
from pathlib import PurePath

from support.core.addresses import Address, url
from support.core.settings import Settings
from support.core.target import Target
from support.environments.compose import Services, needed, prefixed, services, topology_of
from support.environments.links import route
from support.environments.parts import Link, Part
from support.fault_proxy.client import Toxiproxy
from support.systems.assistant.environment.site import AI_KEY
from support.systems.assistant.settings import AssistantSettings
from support.systems.assistant.targets import AI_SERVICE, ASSISTANT, STORE

LINKS = {target: target.service for target in (AI_SERVICE, STORE)}  # a link is called as the service behind it
INBOX = "assistant-alert-inbox"
FAULT_PROXY = "assistant-fault-proxy"

# Times of the service under test, short enough to be waited out. A candidate gets the same (its contract.md).
TIMES = {
    "ASSISTANT_LIMIT_OPEN_S": "0.1-300",
    "ASSISTANT_REDIS_TIMEOUT_S": "0.3",
    "ASSISTANT_CACHE_FRESH_S": "1",
    "ASSISTANT_HISTORY_EVERY_S": "0.2",
}
PEOPLE = {"people": "people-key-51d0", "partner": "partner-key-77aa"}
ADMINISTRATORS = {"ana": "ana-key-90c1", "ben": "ben-key-2b4e"}
"""Who may use the assistant, with their keys."""


def service_environment(
    links: Mapping[Target, Link], inbox: Address, data: PurePath, configuration: PurePath
) -> dict[str, str]:
    """The environment by which the assistant finds the entries of its *links*, and everything else."""
    entries = {target: url("", link.entry) for target, link in links.items()}
    return TIMES | {
        "ASSISTANT_AI_URL": f"http:{entries[AI_SERVICE]}/v1",
        "ASSISTANT_AI_KEY": AI_KEY,
        "ASSISTANT_REDIS_URL": f"redis:{entries[STORE]}/0",
        "ASSISTANT_DATA_DIR": str(data),
        "ASSISTANT_CONFIG_FILE": str(configuration),
        "ASSISTANT_API_KEY": _keys(PEOPLE),
        "ASSISTANT_ADMIN_KEY": _keys(ADMINISTRATORS),
        "ASSISTANT_ALERT_URL": url("http", inbox) + "/alerts",
    }


def described_services(settings: Settings) -> Services:
    """The assistant and what it depends on, in containers, each with the image that *settings* name for it."""
    own = settings.of(AssistantSettings)
    found = needed(services(topology_of("assistant"), prefixed(settings.image_prefix)), ASSISTANT.service)
    return {name: entry | {"image": own.image_of(name) or entry["image"]} for name, entry in found.items()}


def route_links(proxy: Toxiproxy, links: Mapping[Target, Link], parts: Mapping[Target, Part]) -> None:
    """Have the fault proxy lead each link to the part behind it."""
    route(proxy, {link: parts[target].address for target, link in links.items()})


def _keys(users: Mapping[str, str]) -> str:
    return ",".join(f"{name}:{key}" for name, key in users.items())
