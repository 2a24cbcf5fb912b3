"""Whether we and the containers can meet at all: on the network of the run, at its links, and in a folder that both of us see."""

import secrets
import socket
from datetime import timedelta
from pathlib import Path, PurePath

from testcontainers.core.network import Network

from support.core.errors import UsageError
from support.core.eventually import eventually
from support.environments.container_engine import ELSEWHERE
from support.environments.containers.host import HostContainer
from support.environments.containers.part import ContainerPart
from support.probes.pings import answers, http_get

SOON = timedelta(seconds=10)


def gateway(network: Network) -> str:
    """The address that we have in *network*."""
    return str(network._unwrap_network.attrs["IPAM"]["Config"][0]["Gateway"])  # noqa: SLF001


def demand_reach(network: Network) -> None:
    """Raises `UsageError` where the *network* is not on this machine."""
    with socket.socket() as ours:
        try:
            ours.bind((gateway(network), 0))
        except OSError:
            raise UsageError(
                f"the container engine keeps its networks where we cannot reach them; {ELSEWHERE}"
            ) from None


def demand_shared_folder(folder: Path, part: ContainerPart | HostContainer, inside: PurePath) -> None:
    """Raises `UsageError` unless *part* sees our *folder* at *inside*: an engine may know another folder by that name."""
    mark = folder / f".{secrets.token_hex(4)}"
    mark.touch()
    try:
        if not part.sees(str(inside / mark.name)):
            raise UsageError(f"the container engine sees other files than we do; {ELSEWHERE}")
    finally:
        mark.unlink()


def demand_sidecar(host: HostContainer, port: int, question: str = "/use") -> None:
    """Raises `UsageError` unless what watches or cuts links and paths answers the *question* on *host*."""

    def check() -> None:
        assert answers(port, http_get(question), host=host.address)

    try:
        eventually(check, within=SOON)
    except AssertionError:
        raise UsageError(
            f"what breaks the network does not answer ({host.last_words()}); it needs nftables in the kernel; "
            "else say backend=embedded"
        ) from None
