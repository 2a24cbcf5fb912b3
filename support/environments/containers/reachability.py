"""Checks that the containers can be reached: their network, their sidecars, and the folder shared with them."""

import secrets
import socket
from datetime import timedelta
from pathlib import Path, PurePath

from testcontainers.core.network import Network

from support.core.errors import UsageError
from support.core.eventually import patiently
from support.environments.container_engine import ELSEWHERE
from support.environments.containers.host import HostContainer
from support.environments.containers.part import ContainerPart
from support.probes.pings import answers, http_get

SOON = timedelta(seconds=10)


def gateway(network: Network) -> str:
    """The address of this machine in *network*."""
    return str(network._unwrap_network.attrs["IPAM"]["Config"][0]["Gateway"])  # noqa: SLF001


def demand_reach(network: Network) -> None:
    """Raises `UsageError` if *network* is not on this machine."""
    with socket.socket() as ours:
        try:
            ours.bind((gateway(network), 0))
        except OSError:
            raise UsageError(
                f"the networks of the container engine cannot be reached from this machine; {ELSEWHERE}"
            ) from None


def demand_shared_folder(folder: Path, part: ContainerPart | HostContainer, inside: PurePath) -> None:
    """Raises `UsageError` if *part* does not see our *folder* at *inside*: the engine may run on another file system."""
    mark = folder / f".{secrets.token_hex(4)}"
    mark.touch()
    try:
        if not part.sees(str(inside / mark.name)):
            raise UsageError(f"the container engine runs on a different file system; {ELSEWHERE}")
    finally:
        mark.unlink()


def demand_sidecar(host: HostContainer, port: int, path: str = "/use") -> None:
    """Raises `UsageError` if the sidecar on *host* does not answer `GET` *path*."""

    def check() -> None:
        assert answers(port, http_get(path), host=host.address)

    try:
        patiently(check, within=SOON)
    except AssertionError:
        raise UsageError(
            f"the sidecar that cuts the network does not answer ({host.last_log_line()}); "
            "it needs nftables in the kernel; without it, set backend=embedded"
        ) from None
