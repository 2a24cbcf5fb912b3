"""The injector of faults on links, with our fault proxy and with Toxiproxy's own server."""

import socket
import threading

import pytest

from support.core.addresses import LOOPBACK
from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.environments.parts import Link
from support.environments.ports import ReservedPort
from support.faults.injectors.link import LinkInjector
from support.faults.model import Silence
from support.probes import http
from support.probes.reading import Symptom
from support.selftest.fault_proxy.faulty_lines import running, toxiproxy_running

SHOP = Target("the shop", "shop")
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@pytest.fixture(scope="module", params=[running, toxiproxy_running], ids=["ours", "toxiproxy"])
def proxy(request):
    with request.param() as server:
        yield server.api


@pytest.fixture
def closing_shop():
    """A server that closes the connection after each answer, as HTTP/1.0 or `Connection: close` have it."""

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(FINE)

    with socket.create_server((LOOPBACK, 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def link(proxy, closing_shop):
    with ReservedPort() as port:
        link = Link("shop", (LOOPBACK, port.number))
        proxy.create("shop", f"{LOOPBACK}:{port.number}", f"{closing_shop[0]}:{closing_shop[1]}")
        yield link
        proxy.delete("shop")


@pytest.mark.parametrize("keep_alive", [False, True])
def test_silence_swallows_the_end_of_a_connection_too(proxy, link, keep_alive):
    def look():
        return http.get(link.entry, "/", patience_s=0.3, keep_alive=keep_alive)

    injector = LinkInjector({SHOP: link}, proxy)

    injector.inject(SHOP, Silence())
    assert look().symptom is Symptom.SILENT

    injector.recover(SHOP, Silence())
    assert look().symptom is Symptom.ANSWERS


def test_the_end_of_a_silence_closes_the_connections_that_it_held(proxy, link):
    injector = LinkInjector({SHOP: link}, proxy)
    injector.inject(SHOP, Silence())
    with socket.create_connection(link.entry, 2) as waiting:
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
        assert http.get(link.entry, "/", patience_s=0.3).symptom is Symptom.SILENT

        injector.recover(SHOP, Silence())
        assert waiting.recv(4096) == b""


def test_a_silence_that_was_injected_by_half_is_removed_all_the_same(proxy, link):
    injector = LinkInjector({SHOP: link}, proxy)
    injector.inject(SHOP, Silence())
    proxy.remove(link.proxy, "silence")
    with pytest.raises(BrokenHarnessError, match="silence"):
        injector.recover(SHOP, Silence())
    assert http.get(link.entry, "/", patience_s=2.0).symptom is Symptom.ANSWERS
    with pytest.raises(BrokenHarnessError, match="silent-end"):
        proxy.remove(link.proxy, "silent-end")
