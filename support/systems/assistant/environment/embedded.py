"""The assistant as child processes on loopback: real Redis, the stand-ins, the embedded fault proxy."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from support.core.addresses import LOOPBACK, url
from support.core.settings import Settings
from support.environments.fresh_start import Renewal
from support.environments.instances import MoreInstances
from support.environments.local import LocalEnvironment, local_environment
from support.environments.parts import Part
from support.environments.ports import ReservedPort
from support.environments.processes import ChildProcess
from support.environments.programs import split_command
from support.fault_proxy.client import Toxiproxy
from support.probes.pings import http_get
from support.systems.assistant.environment import configuration_file
from support.systems.assistant.environment.site import AI_KEY, Folder, Site
from support.systems.assistant.environment.topology import LINKS, route_links, service_environment
from support.systems.assistant.settings import AssistantSettings
from support.systems.assistant.targets import AI_SERVICE, ASSISTANT, SECOND_ASSISTANT, STORE

if TYPE_CHECKING:
    from support.core.target import Target


@contextmanager
def embedded_assistant(settings: Settings, logs: Path) -> Iterator[Site]:
    """Start every part at once, wait until each answers its probe, and end all of them on leaving."""
    with local_environment(logs, settings.seed) as local:
        yield _start(local, settings.of(AssistantSettings))


def _start(local: LocalEnvironment, wanted: AssistantSettings) -> Site:
    inbox = local.port("the alert inbox")
    ai_service = local.port("the AI service", wanted.ai_service_port)
    redis = local.port("the store", wanted.redis_port)
    assistant = local.port("the assistant", wanted.port)
    links = {target: local.link(name) for target, name in LINKS.items()}
    folder = Folder(local.run.path / "assistant", local.run.path / "configuration.json")
    folder.data.mkdir()
    configuration_file.write(folder.configuration, configuration_file.SHORT_TIMES)
    env = service_environment(links, (LOOPBACK, inbox), folder.data, folder.configuration)

    proxy = local.fault_proxy()
    store = local.redis("store", redis)
    control = http_get("/_control/health")
    standin = "support.systems.assistant.standins.ai_service"
    options = ("--seed", str(local.seed), "--key", AI_KEY)
    parts: dict[Target, Part] = {
        AI_SERVICE: local.module("AI service", standin, ai_service, control, *options),
        STORE: store,
        ASSISTANT: _assistant(local, wanted, "assistant", assistant, env),
    }
    local.module("alert inbox", "support.standins.inbox", inbox, control)
    local.await_ready()
    client = Toxiproxy(url("http", proxy.address))
    route_links(client, links, parts)

    def renew_links() -> None:
        proxy.start()
        route_links(client, links, parts)

    @contextmanager
    def another_assistant(name: str, more: Mapping[str, str]) -> Iterator[Part]:
        data = local.run.path / name.replace(" ", "-")
        data.mkdir()
        with ReservedPort(what=f"the {name}") as port:
            own = {"ASSISTANT_DATA_DIR": str(data)}
            part = _assistant(local, wanted, name, port.number, {**env, **own, **more})
            try:
                part.await_ready()
                yield part
            finally:
                part.kill()
                local.started.remove(part)
                shutil.rmtree(data)

    return Site(
        backend="embedded",
        lacking={},
        parts=parts,
        links=links,
        proxy=client,
        ai_service_url=url("http", parts[AI_SERVICE].address),
        inbox_url=url("http", (LOOPBACK, inbox)),
        redis_url=url("redis", store.address) + "/0",
        folder=folder,
        assistant_url=url("http", parts[ASSISTANT].address),
        renew_links=renew_links,
        renew_assistant=Renewal(parts[ASSISTANT], reloads=wanted.reloads),
        another_assistant=MoreInstances(parts, another_assistant, SECOND_ASSISTANT, ASSISTANT.name),
    )


def _assistant(
    local: LocalEnvironment, wanted: AssistantSettings, name: str, port: int, env: Mapping[str, str]
) -> ChildProcess:
    command = split_command(wanted.command, "assistant.command")
    return local.spawn(
        name,
        command or [sys.executable, "-m", "support.systems.assistant.app"],
        port,
        http_get("/health/live"),
        env={**wanted.passed_on, **env, "ASSISTANT_HOST": LOOPBACK, "ASSISTANT_PORT": str(port)},
    )
