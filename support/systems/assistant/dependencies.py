"""The probes and fault injectors of the assistant and its dependencies."""

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from support.core.target import Target
from support.core.unavailable import absent
from support.faults.dependency import Dependency, Probe
from support.faults.injectors.link import LinkInjector
from support.faults.injectors.process import ProcessInjector
from support.faults.injectors.redis_memory import RedisMemoryInjector
from support.faults.model import Fault, Mechanism, OutOfMemory, Silence
from support.probes import http
from support.probes import redis as redis_probe
from support.probes.reading import Reading
from support.systems.assistant.ai_service_injector import AiServiceInjector
from support.systems.assistant.clients import Clients
from support.systems.assistant.environment.site import AI_KEY, Site
from support.systems.assistant.faults import AiServiceFault
from support.systems.assistant.operations import Operation
from support.systems.assistant.standins.ai_service.standin import PATH
from support.systems.assistant.targets import AI_SERVICE, ASSISTANT, SECOND_ASSISTANT, STORE, WEBHOOK

if TYPE_CHECKING:
    from support.faults.injectors.base import Injector

NOT_ALLOWED = "the system under test runs elsewhere (backend=attached), and its processes must not be touched"
QUESTION = json.dumps({"model": "probe", "messages": [{"role": "user", "content": "Is anybody there?"}]}).encode()


def dependencies(site: Site, clients: Clients, bypassed: Collection[Target]) -> dict[Target, Dependency]:
    """*bypassed* are the links that the system does not use."""
    looks = _Looks(site)
    link = LinkInjector(site.links, site.proxy, bypassed)
    process: Injector = absent(ProcessInjector, NOT_ALLOWED) if site.shared else ProcessInjector(site.parts)
    memory: Injector = absent(RedisMemoryInjector, NOT_ALLOWED) if site.shared else RedisMemoryInjector(clients.redis)
    standin = AiServiceInjector(clients.ai_service, clients.record)
    own = {Mechanism.PROCESS: process}
    return {
        AI_SERVICE: Dependency(looks.ai_service, {Mechanism.LINK: link, Mechanism.STANDIN: standin, **own}),
        WEBHOOK: Dependency(
            looks.webhook, {Mechanism.STANDIN: AiServiceInjector(clients.inbox_control, clients.inbox)}
        ),
        STORE: Dependency(looks.store, {Mechanism.LINK: link, Mechanism.REDIS_MEMORY: memory, **own}),
        ASSISTANT: Dependency(looks.assistant(ASSISTANT), own),
        SECOND_ASSISTANT: Dependency(looks.assistant(SECOND_ASSISTANT), own),
    }


class _Looks:
    """Probes each target on the path that the assistant itself uses."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def ai_service(self, fault: Fault, patience_s: float) -> Reading:
        struck = fault.operation if isinstance(fault, AiServiceFault) else None
        return http.post(
            self._site.links[AI_SERVICE].entry,
            PATH,
            f"Authorization: Bearer {AI_KEY}",
            f"X-Operation: {(struck or Operation.SUMMARIES).api}",
            "X-Attempt: 1",
            "Content-Type: application/json",
            "X-Holdfast-Probe: 1",
            body=QUESTION,
            patience_s=patience_s,
            read=fitness,
            keep_alive=not isinstance(fault, Silence),  # who closes after its answer must seem silent too
        )

    def webhook(self, _fault: Fault, patience_s: float) -> Reading:
        place = urlsplit(self._site.inbox_url)
        headers = ("Content-Type: application/json", "X-Holdfast-Probe: 1")
        address = (place.hostname or "", place.port or 80)
        return http.post(address, "/alerts", *headers, body=b"{}", patience_s=patience_s, keep_alive=True)

    def store(self, fault: Fault, patience_s: float) -> Reading:
        entry = self._site.links[STORE].entry
        if isinstance(fault, OutOfMemory):
            return (redis_probe.evictions if fault.evicts else redis_probe.write)(entry, patience_s)
        return redis_probe.echo(entry, patience_s)

    def assistant(self, target: Target) -> Probe:
        def look(_fault: Fault, patience_s: float) -> Reading:
            return http.get(self._site.parts[target].address, "/health/live", patience_s=patience_s)

        return look


def fitness(answer: bytes) -> str:
    """The status of the AI service's answer and, for 200, whether it is an answer at all."""
    if http.status(answer) != "HTTP 200":
        return http.status(answer)
    try:
        choice: Mapping[str, object] = json.loads(http.body(answer))["choices"][0]
        text = choice["message"]["content"]  # type: ignore[index]
    except (ValueError, KeyError, TypeError, IndexError) as trouble:
        return f"unfit: {type(trouble).__name__}"
    fit = isinstance(text, str) and text and choice.get("finish_reason") in {"stop", "length"}
    return "HTTP 200" if fit else "unfit: no finished text"
