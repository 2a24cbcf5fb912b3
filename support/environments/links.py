"""Links: paths from a service to its dependencies, through the fault proxy."""

from collections.abc import Mapping

from support.core.addresses import Address, joined
from support.environments.parts import Link
from support.fault_proxy.client import Proxy, Toxiproxy


def route(proxy: Toxiproxy, routes: Mapping[Link, Address]) -> None:
    """Have the fault proxy lead each link to the address behind it."""
    proxy.populate(
        Proxy(link.proxy, listen=joined(link.entry), upstream=joined(upstream), enabled=True)
        for link, upstream in routes.items()
    )
