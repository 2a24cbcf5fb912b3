"""Client of Toxiproxy's own server that adds what the server lacks.

The sidecar (`support.fault_proxy.sidecar.links`) counts the use of each link, and can drop every packet to it.
Toxiproxy can also hang: when a toxic that holds bytes for a client that has left is removed, its API stops answering (issues #558
and #412). That proxy is then deleted and created again with its other toxics; its connections are closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from support.core.errors import BrokenHarnessError
from support.fault_proxy.client import LinkUsage, Proxy, Toxic, Toxiproxy
from support.fault_proxy.sidecar.client import request_json

BLACKHOLE = "blackhole"
REMOVAL_S = 1.0  # a server that has not answered by then hangs


class ToxiproxyWithSidecar(Toxiproxy):
    """*sidecar* is the URL of the sidecar; *ports* are the ports of the links by the names of their proxies."""

    def __init__(self, url: str, sidecar: str, ports: Mapping[str, int]) -> None:
        super().__init__(url)
        self._sidecar = sidecar
        self._ports = ports
        self._configured: dict[str, Proxy] = {}
        self._disabled: set[str] = set()
        self._toxics: dict[str, dict[str, Toxic]] = defaultdict(dict)

    def populate(self, proxies: Iterable[Proxy]) -> list[Proxy]:
        self._configured = {proxy.name: proxy for proxy in proxies}
        self._disabled.clear()
        self._toxics.clear()
        return super().populate(self._configured.values())

    def use(self, name: str) -> LinkUsage:
        return LinkUsage(**self._call_sidecar("GET", "/use")[str(self._ports[name])])

    def enable(self, name: str) -> Proxy:
        self._disabled.discard(name)
        return super().enable(name)

    def disable(self, name: str) -> Proxy:
        self._disabled.add(name)
        return super().disable(name)

    def add(self, name: str, toxic: Toxic) -> Toxic:
        if toxic.type == BLACKHOLE:
            self._call_sidecar("PUT", f"/shut/{self._ports[name]}")
        else:
            toxic = super().add(name, toxic)
        self._toxics[name][toxic.name] = toxic
        return toxic

    def remove(self, name: str, toxic_name: str, within_s: float = REMOVAL_S) -> None:
        toxic = self._toxics[name].pop(toxic_name)
        if toxic.type == BLACKHOLE:
            self._call_sidecar("DELETE", f"/shut/{self._ports[name]}")
            return
        try:
            super().remove(name, toxic_name, within_s)
        except BrokenHarnessError:
            self._recreate(name)

    def reset(self, _seed: int | None = None) -> None:
        """Toxiproxy takes no seed. All connections are closed: TCP would otherwise resend bytes that were sent while a link was cut
        seconds after it is restored, and they would reach the next scenario.
        """
        self._call_sidecar("DELETE", "/shut")
        for name in self._configured:
            super().disable(name)
        self._disabled.clear()
        self._toxics.clear()
        super().reset()

    def _recreate(self, name: str) -> None:
        configured = self._configured[name]
        self.delete(name)
        self.create(name, configured.listen, configured.upstream)
        for toxic in self._toxics[name].values():
            if toxic.type != BLACKHOLE:
                super().add(name, toxic)
        if name in self._disabled:
            super().disable(name)

    def _call_sidecar(self, method: str, path: str) -> Any:
        return request_json(self._session, "the sidecar of the fault proxy", method, self._sidecar + path)
