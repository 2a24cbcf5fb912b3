"""An attached service with other timings is refused before anything is judged, with the settings that it needs."""

import time
from types import SimpleNamespace

import pytest

from support.core.errors import NotApplicableError, UsageError
from support.environments.parts import Link
from support.systems.catalog.environment.timings import LOOKS, MOST_S, refuse_other_timings
from support.systems.catalog.targets import PROVIDER


class Service:
    """Lets shoppers wait, each time for another span; the clock is its own."""

    def __init__(self, monkeypatch, *waits):
        self.waits, self.now, self.calls = list(waits), 0.0, []
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        proxy = SimpleNamespace(
            reset=lambda: self.calls.append("reset"), add=lambda link, toxic: self.calls.append(f"{link} {toxic.type}")
        )
        links = {PROVIDER: Link("provider", ("127.0.0.1", 1))}
        self.site = SimpleNamespace(links=links, proxy=proxy, renew_catalog=lambda: self.calls.append("renewed"))

    def bundles(self):
        self.now += self.waits.pop(0)

    def look(self):
        refuse_other_timings(self.site, self, lambda: self.calls.append("emptied"))


def test_the_timings_of_the_contract_are_taken_also_on_a_busy_machine(monkeypatch):
    service = Service(monkeypatch, 3.0, 0.6, 2.2)
    service.look()

    assert service.calls == ["reset", "provider timeout", *["emptied", "renewed"] * LOOKS, "reset"]


def test_other_timings_are_refused_with_those_that_are_needed(monkeypatch):
    service = Service(monkeypatch, *[MOST_S + 0.8] * LOOKS)

    with pytest.raises(UsageError, match=r"wait 2.0 s .* start it with CATALOG_ATTEMPTS=4 .*CATALOG_PATIENCE_S=0.5"):
        service.look()
    assert service.calls[-1] == "reset"


def test_nothing_is_looked_at_without_a_fault_proxy(monkeypatch):
    def no_power():
        raise NotApplicableError("nobody said where it is")

    service = Service(monkeypatch)
    service.site.proxy.reset = no_power
    service.look()

    assert service.calls == []
