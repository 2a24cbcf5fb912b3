"""What the contract shows an outsider is what happens: its examples of the provider's API, and the settings of a candidate."""

import json
import re
from decimal import Decimal

import pytest
import requests

from support.core.checkout import CHECKOUT
from support.selftest.standins.child_process import running
from support.standins.script import Rule, Status
from support.systems.catalog.conformance.doctor import GROUPS
from support.systems.catalog.data.bundles import bundle
from support.systems.catalog.environment.topology import TIMINGS
from support.systems.catalog.settings import CAPABILITIES
from support.systems.catalog.standins.provider.control import ProviderControl

CONTRACT = (CHECKOUT / "support/systems/catalog/app/contract.md").read_text(encoding="utf-8")
EXCHANGES = re.findall(r"```http\nGET (\S+)\n(\d{3})\n((?:[A-Z][\w-]+: [^\n]*\n)*)(.*?)```", CONTRACT, re.DOTALL)
KEY = "esim-go-key"


@pytest.fixture(scope="module")
def provider():
    with running("support.systems.catalog.standins.provider", "--key", KEY) as url:
        control = ProviderControl(url)
        control.catalogue(
            {
                group: [bundle(name, price=Decimal(price), group=group) for name, price in offers.items()]
                for group, offers in GROUPS.items()
            }
        )
        yield url


def test_there_are_examples():
    assert len(EXCHANGES) == CONTRACT.count("```http") >= 5


@pytest.mark.parametrize(("path", "status", "headers", "body"), EXCHANGES)
def test_an_example_exchange_is_a_real_one(provider, path, status, headers, body):
    told = dict(line.split(": ", 1) for line in headers.splitlines())
    rate_limit = [Rule(answer=Status(429, retry_after=int(told["Retry-After"])))] if status == "429" else []
    ProviderControl(provider).script(rate_limit)

    answer = requests.get(provider + path, headers={"X-API-Key": KEY}, timeout=3)

    assert (answer.status_code, answer.json()) == (int(status), json.loads(body))
    assert told.items() <= answer.headers.items()


def test_the_timings_of_a_candidate_are_those_that_it_gets():
    assert dict(re.findall(r"\b(CATALOG_[A-Z_]+)=([\d.]+)", CONTRACT)) == TIMINGS


def test_every_capability_is_told():
    told = re.findall(
        r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*)(?: \(\w+\))? \|", CONTRACT.partition("may lack")[2], re.MULTILINE
    )
    assert sorted(re.findall(r"`([a-z-]+)`", " ".join(told))) == sorted(CAPABILITIES)
