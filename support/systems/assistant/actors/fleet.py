"""The instances of the assistant: the one that people use, and those that a scenario adds."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from support.core.addresses import url
from support.core.errors import NotStartedError
from support.environments.parts import Part
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.actors.on_call import OnCallEngineer
from support.systems.assistant.environment.site import Site
from support.systems.assistant.targets import ASSISTANT


@dataclass(frozen=True, slots=True)
class Instance:
    """One process of the assistant and its clients."""

    part: Part
    api: AssistantApi
    administrator: Administrator
    on_call: OnCallEngineer


class Fleet:
    """All instances share the store and the links. The `with` block stops the added ones.

    *api* makes the client of a URL, *administrator* the administrator who uses it.
    """

    def __init__(
        self,
        site: Site,
        api: Callable[[str], AssistantApi] = AssistantApi,
        administrator: Callable[[AssistantApi], Administrator] = Administrator,
    ) -> None:
        self._site = site
        self._api = api
        self._administrator = administrator
        self._added = ExitStack()
        self.instances = [self._instance(site.parts[ASSISTANT], site.assistant_url)]

    def add(self, env: Mapping[str, str] | None = None) -> Instance:
        """Start another instance and wait until it answers; *env* is added to the common settings.

        Raises `AssertionError` if it does not start.
        """
        try:
            return self.try_to_add(env)
        except NotStartedError as failure:
            raise AssertionError(f"another instance: {failure}") from None

    def try_to_add(self, env: Mapping[str, str] | None = None) -> Instance:
        """As `add`, where the start may be refused: raises `NotStartedError` then."""
        part = self._added.enter_context(self._site.another_assistant(env or {}))
        instance = self._instance(part, url("http", part.address))
        self.instances.append(instance)
        return instance

    def _instance(self, part: Part, at: str) -> Instance:
        api = self._api(at)
        return Instance(part, api, self._administrator(api), OnCallEngineer(api))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._added.close()
