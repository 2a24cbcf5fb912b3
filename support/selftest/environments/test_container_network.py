"""The network of clusters in containers: which hosts reach each other while paths are cut."""

import pytest

from support.core.errors import BrokenHarnessError, UsageError
from support.core.settings import read_settings
from support.probes.pings import http_get
from support.probes.reading import Symptom
from support.systems.infrastructure.backend import HOSTS, demand_containers, images
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.container_environment import container_environment

SERVED = 7777
PATIENCE_S = 0.5
THERE = http_get("/")


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """With Ana, Ben and Eve, of whom each serves something."""
    settings = read_settings({}, {})
    try:
        demand_containers(settings, [])
    except UsageError as why_not:
        pytest.skip(str(why_not))
    with container_environment(ClusterConfig(), settings, [], tmp_path_factory.mktemp("logs")) as environment:
        environment.network.people = {name: environment.network.host(name) for name in ("Ana", "Ben", "Eve")}
        for host in environment.network.people.values():
            image = images(settings, [])[HOSTS]
            environment.network.host_container(host).container(image, ["http.server", str(SERVED)], {}).start()
        yield environment.network


@pytest.fixture
def people(network):
    yield network.people.values()
    network.restore_all()


@pytest.fixture
def us(network):
    return network.host("application")


def reaches(network, one, other, port=SERVED):
    seen = network.probe(one, (other.address, port), THERE, PATIENCE_S).symptom
    assert seen in {Symptom.ANSWERS, Symptom.UNREACHABLE}
    return seen is Symptom.ANSWERS


def test_hosts_reach_each_other_until_a_way_is_cut_and_again_once_it_is_restored(network, people, us):
    ana, ben, eve = people
    assert reaches(network, ana, ben)

    network.cut([(ana, ben)])

    assert not reaches(network, ana, ben)
    assert not reaches(network, ben, ana)  # the answers do not arrive
    assert reaches(network, ana, eve)
    assert reaches(network, us, ben)
    assert network.dropped([(ana, ben)]) > 0
    assert network.dropped([(ben, ana)]) == 0

    network.restore([(ana, ben)])

    assert reaches(network, ana, ben)


@pytest.mark.parametrize("to_us", [True, False])
def test_applications_can_be_cut_off_from_a_host_that_can_still_be_controlled(network, people, us, to_us):
    ana, ben, _eve = people
    way = (ana, us) if to_us else (us, ana)

    network.cut([way])

    assert not reaches(network, us, ana)
    assert network.dropped([way]) > 0
    assert reaches(network, us, ben)
    assert reaches(network, ben, ana)

    network.restore_all()

    assert reaches(network, us, ana)


def test_an_error_of_a_host_is_reported(network, people):
    ana, *_ = people

    with pytest.raises(BrokenHarnessError, match=f"the host {ana.address} refused DELETE /cut"):
        network.restore([(ana, ana)])


def test_bandwidth_that_cannot_be_limited(network, us):
    with pytest.raises(UsageError, match="set backend=embedded"):
        network.limit_bandwidth(us, 100)
