"""The assistant in containers, as its topology describes it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from support.core.addresses import url
from support.core.settings import Settings
from support.environments.containers.environment import ContainerEnvironment, at_once, container_environment
from support.environments.containers.reachability import demand_shared_folder
from support.environments.fresh_start import Renewal
from support.environments.instances import MoreInstances
from support.environments.parts import Link, Part
from support.probes.pings import REDIS_PING, Ping, http_get
from support.systems.assistant.environment import configuration_file
from support.systems.assistant.environment.site import Folder, Site, empty
from support.systems.assistant.environment.topology import (
    FAULT_PROXY,
    INBOX,
    LINKS,
    described_services,
    route_links,
    service_environment,
)
from support.systems.assistant.settings import AssistantSettings
from support.systems.assistant.targets import AI_SERVICE, ASSISTANT, SECOND_ASSISTANT, STORE

if TYPE_CHECKING:
    from support.core.target import Target
    from support.environments.containers.host import HostContainer
    from support.environments.containers.part import ContainerPart

PINGS: dict[str, Ping] = {
    ASSISTANT.service: http_get("/health/live"),
    FAULT_PROXY: http_get("/version"),
    INBOX: http_get("/_control/health"),
    LINKS[AI_SERVICE]: http_get("/_control/health"),
    LINKS[STORE]: REDIS_PING,
}
ITS_PLACE = ("ASSISTANT_HOST", "ASSISTANT_PORT")  # the rest of its environment in the topology is for people
# without root, the assistant writes as the same user as the suite, so that both may change its folder
WRITES_AS = "" if os.geteuid() == 0 else f"{os.getuid()}:{os.getgid()}"


@contextmanager
def contained_assistant(settings: Settings, logs: Path) -> Iterator[Site]:
    """Start all parts at once, wait until each answers its probe, and remove all that was made on leaving."""
    with container_environment(settings, described_services(settings), logs) as environment:
        yield _start(environment, settings)


def _start(environment: ContainerEnvironment, settings: Settings) -> Site:
    own = settings.of(AssistantSettings)
    inside = PurePosixPath(environment.described[ASSISTANT.service]["environment"]["ASSISTANT_DATA_DIR"])
    shared = environment.shared_folder(inside, WRITES_AS)
    folder = Folder(_writable(shared.here / "first"), shared.here / "configuration.json")
    configuration_file.write(folder.configuration, configuration_file.SHORT_TIMES)
    hosts: dict[str, HostContainer] = {
        name: environment.host(name, own.port_of(name)) for name in environment.described if name != FAULT_PROXY
    }
    hosts[FAULT_PROXY] = environment.fault_proxy_host(FAULT_PROXY, LINKS.values())
    at_once(host.start for host in hosts.values())
    entry = hosts[FAULT_PROXY].address
    links = {target: Link(name, (entry, environment.port(name))) for target, name in LINKS.items()}
    places = (inside / folder.data.name, inside / folder.configuration.name)
    env = dict(own.passed_on) | service_environment(links, environment.address(hosts[INBOX]), *places)

    def part(name: str, service: str) -> "ContainerPart":
        seed = ("--seed", str(settings.seed)) if service == AI_SERVICE.service else ()
        return environment.part(name, hosts[service], PINGS[service], more_words=seed)

    def assistant_on(host: "HostContainer", name: str, more: Mapping[str, str]) -> "ContainerPart":
        ping = PINGS[ASSISTANT.service]
        return environment.part(name, host, ping, env={**env, **more}, only=ITS_PLACE, folder=shared)

    proxy, inbox = part("fault proxy", FAULT_PROXY), part("alert inbox", INBOX)
    assistant = assistant_on(hosts[ASSISTANT.service], ASSISTANT.name, {})
    others = {target: part(target.name, name) for target, name in LINKS.items()}
    at_once(one.start for one in (proxy, inbox, assistant, *others.values()))
    demand_shared_folder(shared.here, assistant, shared.inside)
    parts: dict[Target, Part] = {ASSISTANT: assistant, **others}
    client = environment.proxy_client(proxy, hosts[FAULT_PROXY], links.values())
    route_links(client, links, parts)

    def renew_links() -> None:
        proxy.start()
        route_links(client, links, parts)

    @contextmanager
    def another_assistant(name: str, more: Mapping[str, str]) -> Iterator[Part]:
        data = _writable(shared.here / name.replace(" ", "-"))
        host = environment.host(ASSISTANT.service)
        host.start()
        another = assistant_on(host, name, {"ASSISTANT_DATA_DIR": str(inside / data.name), **more})
        try:
            another.start()
            yield another
        finally:
            another.remove()
            host.remove()
            empty(data)

    return Site(
        backend="containers",
        lacking={},
        parts=parts,
        links=links,
        proxy=client,
        ai_service_url=url("http", parts[AI_SERVICE].address),
        inbox_url=url("http", inbox.address),
        redis_url=url("redis", parts[STORE].address) + "/0",
        folder=folder,
        assistant_url=url("http", assistant.address),
        renew_links=renew_links,
        renew_assistant=Renewal(assistant, reloads=own.reloads),
        another_assistant=MoreInstances(parts, another_assistant, SECOND_ASSISTANT, ASSISTANT.name),
    )


def _writable(folder: Path) -> Path:
    """Whatever user the image has may write there."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    return folder
