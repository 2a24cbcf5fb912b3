"""All proxies of the process, by name."""

from collections import defaultdict

from support.fault_proxy.server.api_errors import ApiError, not_found
from support.fault_proxy.server.api_values import ProxyConfig
from support.fault_proxy.server.counters import ProxyCounters
from support.fault_proxy.server.proxy import Proxy


class Registry:
    """Holds the proxies, and their counters, which outlive them."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._proxies: dict[str, Proxy] = {}
        self._counters: defaultdict[str, ProxyCounters] = defaultdict(ProxyCounters)

    def all(self) -> list[Proxy]:
        return list(self._proxies.values())

    def proxy(self, name: str) -> Proxy:
        if name not in self._proxies:
            raise not_found("proxy", name, self._proxies)
        return self._proxies[name]

    def create(self, wanted: ProxyConfig) -> Proxy:
        if wanted.name in self._proxies:
            raise ApiError(f"proxy already exists: {wanted.name!r}; update it, delete it, or choose another name", 409)
        proxy = Proxy(wanted, self.seed, self._counters[wanted.name])
        if wanted.enabled:
            proxy.enable()
        self._proxies[wanted.name] = proxy
        return proxy

    def put(self, wanted: ProxyConfig) -> Proxy:
        """The existing proxy if it has the same addresses, unchanged; else a new one."""
        present = self._proxies.get(wanted.name)
        if present is not None and present.has_addresses_of(wanted):
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
