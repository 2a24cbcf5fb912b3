"""All proxies of the process, by name."""

from collections import defaultdict

from support.fault_proxy.server.api_errors import RefusedError, not_found
from support.fault_proxy.server.api_values import Wanted
from support.fault_proxy.server.counters import Tally
from support.fault_proxy.server.proxy import Proxy


class Registry:
    """Holds the proxies and, longer than them, their tallies."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._proxies: dict[str, Proxy] = {}
        self._tallies: defaultdict[str, Tally] = defaultdict(Tally)

    def all(self) -> list[Proxy]:
        return list(self._proxies.values())

    def proxy(self, name: str) -> Proxy:
        if name not in self._proxies:
            raise not_found("proxy", name, self._proxies)
        return self._proxies[name]

    def create(self, wanted: Wanted) -> Proxy:
        if wanted.name in self._proxies:
            raise RefusedError(f"proxy already exists: {wanted.name!r}; update or delete it, or give another name", 409)
        proxy = Proxy(wanted, self.seed, self._tallies[wanted.name])
        if wanted.enabled:
            proxy.enable()
        self._proxies[wanted.name] = proxy
        return proxy

    def put(self, wanted: Wanted) -> Proxy:
        """The proxy that is there when it leads the same way, as it is; else it is made anew."""
        present = self._proxies.get(wanted.name)
        if present is not None and present.leads(wanted):
            return present
        if present is not None:
            self.delete(wanted.name)
        return self.create(wanted)

    def reseed(self, seed: int) -> None:
        self.seed = seed
        for proxy in self._proxies.values():
            proxy.reseed(seed)

    def delete(self, name: str) -> None:
        self.proxy(name).delete()
        del self._proxies[name]
