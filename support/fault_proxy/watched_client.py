"""Toxiproxy's own server, with what it lacks made up for.

The watcher beside it (`support.fault_proxy.watcher.links`) counts the use of each link, and can drop every packet to it.
Toxiproxy can also hang: when a toxic that holds bytes for a client that has left is removed, its API stops answering (issues #558
and #412). The one proxy is then deleted and created anew, with all that was in force on it; connections through it are cut.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from support.core.errors import BrokenHarnessError
from support.fault_proxy.client import Proxy, Toxic, Toxiproxy, Use
from support.fault_proxy.watcher.client import ask

BLACKHOLE = "blackhole"
SOON_S = 1.0  # by then it has answered, or never will


class WatchedToxiproxy(Toxiproxy):
    """*watch* is the watch's root; *ports* are those of the links, by the names of their proxies."""

    def __init__(self, url: str, watch: str, ports: Mapping[str, int]) -> None:
        super().__init__(url)
        self._watch = watch
        self._ports = ports
        self._laid: dict[str, Proxy] = {}
        self._down: set[str] = set()
        self._toxics: dict[str, dict[str, Toxic]] = defaultdict(dict)

    def populate(self, proxies: Iterable[Proxy]) -> list[Proxy]:
        self._laid = {proxy.name: proxy for proxy in proxies}
        self._down.clear()
        self._toxics.clear()
        return super().populate(self._laid.values())

    def use(self, name: str) -> Use:
        return Use(**self._ask("GET", "/use")[str(self._ports[name])])

    def enable(self, name: str) -> Proxy:
        self._down.discard(name)
        return super().enable(name)

    def disable(self, name: str) -> Proxy:
        self._down.add(name)
        return super().disable(name)

    def add(self, name: str, toxic: Toxic) -> Toxic:
        if toxic.type == BLACKHOLE:
            self._ask("PUT", f"/shut/{self._ports[name]}")
        else:
            toxic = super().add(name, toxic)
        self._toxics[name][toxic.name] = toxic
        return toxic

    def remove(self, name: str, toxic_name: str, within_s: float = SOON_S) -> None:
        toxic = self._toxics[name].pop(toxic_name)
        if toxic.type == BLACKHOLE:
            self._ask("DELETE", f"/shut/{self._ports[name]}")
            return
        try:
            super().remove(name, toxic_name, within_s)
        except BrokenHarnessError:
            self._make_anew(name)

    def reset(self, _seed: int | None = None) -> None:
        """Its draws cannot be repeated. No connection outlives it: what was sent into a cut is sent again once that has healed,
        seconds later, and would reach a scenario that knows nothing of it.
        """
        self._ask("DELETE", "/shut")
        for name in self._laid:
            super().disable(name)
        self._down.clear()
        self._toxics.clear()
        super().reset()

    def _make_anew(self, name: str) -> None:
        laid = self._laid[name]
        self.delete(name)
        self.create(name, laid.listen, laid.upstream)
        for toxic in self._toxics[name].values():
            if toxic.type != BLACKHOLE:
                super().add(name, toxic)
        if name in self._down:
            super().disable(name)

    def _ask(self, method: str, path: str) -> Any:
        return ask(self._session, "the watch over the links", method, self._watch + path)
