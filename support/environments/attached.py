"""What an attached system is, which others run: we are given addresses, and what we have no power over is absent."""

import shlex
import subprocess
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NoReturn
from urllib.parse import urlsplit

import requests

from support.core.errors import BrokenHarnessError, NotApplicableError, UsageError
from support.core.eventually import patiently
from support.core.target import Target
from support.environments.parts import Link
from support.fault_proxy.client import Toxiproxy

ANSWER_S = 5.0
BACK = timedelta(seconds=15)
NO_POWER = "what is judged runs elsewhere (backend=attached), and we have no power over "
NOBODY_SAID = "nobody said where it is: "


def demand_service(name: str, url: str) -> str:
    """*url* without a slash at its end. Raises `UsageError` where no service called *name* answers there."""
    if not url:
        raise UsageError(f"backend=attached needs to know what to judge; say {name}.url=http://host:port")
    url = url.rstrip("/")
    if not started_at(url):
        raise UsageError(f"no {name} answers at {url}/health/live; start it, or say another {name}.url")
    return url


class KnownLinks(dict[Target, Link]):
    """The links that the fault proxy knows by *names*, ours for them; whoever turns to another is told why that cannot be had.

    *host* is where the service reaches the fault proxy; *setting* is the one that names the proxy.
    """

    def __init__(self, names: Mapping[Target, str], proxy: Toxiproxy | None, host: str, setting: str) -> None:
        known = proxy.proxies() if proxy else {}
        super().__init__(
            {
                target: Link(name, (host, int(known[name].listen.rpartition(":")[2])))
                for target, name in names.items()
                if name in known
            }
        )
        self._names = names
        self._setting = setting

    def __missing__(self, target: Target) -> NoReturn:
        raise NotApplicableError(f"{NOBODY_SAID}{self._setting}, a fault proxy with a link named {self._names[target]}")


def host_of_links(links_at: str, proxy_url: str) -> str:
    """The host where the service reaches the fault proxy: *links_at*, or that of the proxy itself."""
    return links_at or str(urlsplit(proxy_url).hostname)


def renewal(command: str, name: str, url: str) -> Callable[[], None]:
    """Runs *command*, after which the service called *name* has to have started anew."""
    argv = shlex.split(command)

    def renew() -> None:
        before = started_at(url)
        done = subprocess.run(argv, capture_output=True, text=True, timeout=BACK.total_seconds(), check=False)
        if done.returncode:
            raise BrokenHarnessError(f"renew_command failed: {(done.stderr or done.stdout).strip()[-300:]}")

        def check() -> None:
            assert started_at(url) not in {"", before}, f"the {name} has not started anew after renew_command"

        try:
            patiently(check, within=BACK)
        except AssertionError as never:
            raise BrokenHarnessError(str(never)) from None

    return renew


def started_at(url: str) -> str:
    """When the service says that it has started; empty when it says nothing of that."""
    try:
        return str(requests.get(f"{url}/health/live", timeout=ANSWER_S).json()["started_at"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return ""
