"""An assistant that others run: it is reached by the addresses that we are given, and what we have no power over is absent."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from support.core.errors import BrokenHarnessError, NotApplicableError, UsageError
from support.core.unavailable import absent
from support.environments.attached import (
    NO_POWER,
    NOBODY_SAID,
    KnownLinks,
    demand_service,
    host_of_links,
    renewal,
)
from support.environments.parts import Part
from support.fault_proxy.client import Toxiproxy
from support.systems.assistant.environment.site import EVERY_SCENARIO, Folder, Site
from support.systems.assistant.environment.topology import LINKS
from support.systems.assistant.settings import AssistantSettings
from support.systems.assistant.targets import ASSISTANT


@contextmanager
def attached_assistant(settings: AssistantSettings) -> Iterator[Site]:
    """Leaves everything where it is. Raises `UsageError` where no assistant answers at `assistant.url`."""
    if settings.url and settings.redis_url and not settings.ai_service_url:
        raise UsageError(
            "the assistant's keys in assistant.redis_url would be removed, and without assistant.ai_service_url nothing shows that "
            "the assistant uses it; say that too, or leave it out"
        )
    url = demand_service("assistant", settings.url)
    proxy = Toxiproxy(settings.proxy_url) if settings.proxy_url else None
    lacking = {}
    if not settings.renew_command:
        lacking[EVERY_SCENARIO] = (
            "every scenario begins with a fresh assistant; say assistant.renew_command=..., which starts it anew"
        )

    def renew_links() -> None:
        raise BrokenHarnessError("the fault proxy runs elsewhere and has to be started again there")

    def another_assistant(_env: Mapping[str, str]) -> AbstractContextManager[Part]:
        raise NotApplicableError(NO_POWER + "its instances")

    yield Site(
        backend="attached",
        lacking=lacking,
        parts={target: absent(Part, NO_POWER + f"the {target}") for target in (ASSISTANT, *LINKS)},
        links=KnownLinks(LINKS, proxy, host_of_links(settings.links_at, settings.proxy_url), "assistant.proxy_url"),
        proxy=proxy or absent(Toxiproxy, NOBODY_SAID + "assistant.proxy_url, the fault proxy"),
        ai_service_url=settings.ai_service_url,
        inbox_url=settings.inbox_url,
        redis_url=settings.redis_url,
        folder=Folder(_path(settings.data_dir, "data_dir"), _path(settings.config_file, "config_file")),
        assistant_url=url,
        renew_links=renew_links,
        renew_assistant=renewal(settings.renew_command, "assistant", url),
        another_assistant=another_assistant,
        shared=True,
    )


def _path(named: str, setting: str) -> Path:
    return Path(named) if named else absent(Path, f"{NOBODY_SAID}assistant.{setting}")
