"""The network between hosts: which packets arrive while paths are cut, and that nothing outlives the process."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from support.core.checkout import CHECKOUT
from support.core.errors import BrokenHarnessError
from support.environments.network import LoopbackNetwork, open_network

PORT = 7777


@pytest.fixture
def network():
    with open_network() as opened:
        if opened.lacking:
            pytest.skip(opened.lacking)
        yield opened


def listening(network, host):
    with network.inside(host):
        return socket.create_server((host.address, PORT))


def reaches(network, one, other):
    with network.inside(one), socket.socket() as knock:
        knock.settimeout(0.3)
        try:
            knock.connect((other.address, PORT))
        except TimeoutError:
            return False
        return True


def test_hosts_reach_each_other_until_a_way_is_cut_and_again_once_it_is_restored(network):
    ana, ben, eve = (network.host(name) for name in ("Ana", "Ben", "Eve"))
    with listening(network, ben), listening(network, eve):
        assert reaches(network, ana, ben)

        network.cut([(ana, ben)])
        assert not reaches(network, ana, ben)
        assert reaches(network, ana, eve)
        assert network.dropped([(ana, ben)]) > 0
        assert network.dropped([(ben, ana)]) == 0

        network.restore([(ana, ben)])
        assert reaches(network, ana, ben)


def test_one_way_alone_can_be_cut(network):
    ana, ben = network.host("Ana"), network.host("Ben")
    with network.inside(ana):
        to_ana = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        to_ana.bind((ana.address, PORT))
    with network.inside(ben):
        to_ben = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        to_ben.bind((ben.address, PORT))
    with to_ana, to_ben:
        network.cut([(ana, ben)])
        to_ana.sendto(b"lost", (ben.address, PORT))
        to_ben.sendto(b"kept", (ana.address, PORT))
        to_ana.settimeout(2)

        assert to_ana.recv(10) == b"kept"
        to_ben.settimeout(0.1)
        with pytest.raises(TimeoutError):
            to_ben.recv(10)


def test_a_thread_returns_to_its_own_network(network):
    place = Path("/proc/thread-self/ns/net")
    before = place.readlink()
    with network.inside(network.host("Ana")):
        assert place.readlink() != before
    assert place.readlink() == before


def test_a_command_runs_where_its_host_is(network):
    ana = network.host("Ana")

    output = subprocess.run([*ana.within, "ip", "-4", "-o", "addr"], capture_output=True, text=True, check=True).stdout

    assert ana.address in output


def test_nothing_outlives_a_process_that_is_killed(network):
    del network  # only checks that networks can be created
    script = (
        "import os, signal; from support.environments.network import open_network\n"
        "with open_network() as network:\n"
        "    network.host('Ana'); print(os.getpid(), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    before = traces()

    killed = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert killed.stdout
    assert traces() == before


def traces():
    """What a network could leave on the machine: interfaces, and named namespaces."""
    return {path.name for place in ("/sys/class/net", "/run/netns") for path in Path(place).glob("*")}


def test_on_loopback_hosts_have_separate_addresses_and_paths_cannot_be_cut():
    network = LoopbackNetwork("not permitted")
    ana, ben = network.host("Ana"), network.host("Ben")

    assert ana.address != ben.address
    assert ana.address.startswith("127.")
    with pytest.raises(BrokenHarnessError, match="Ana to Ben cannot be cut: not permitted"):
        network.cut([(ana, ben)])
