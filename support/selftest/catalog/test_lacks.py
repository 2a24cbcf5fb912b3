"""A candidate may lack any set of capabilities: what it lacks is named when it is used, and everything else stays."""

import itertools
from types import SimpleNamespace

import pytest

from support.core.errors import NotApplicableError
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.clients import api
from support.systems.catalog.observers.steady_state import SteadyState
from support.systems.catalog.settings import CAPABILITIES
from support.systems.catalog.targets import CATALOG

NOBODY = "http://127.0.0.1:1"  # nothing listens there: a call that is made gives an answer without a status
SETS = [set(names) for size in range(len(CAPABILITIES) + 1) for names in itertools.combinations(CAPABILITIES, size)]
USES = {
    "status-page": lambda operator: operator.status_page(),
    "metrics": lambda operator: operator.counter("catalog_bundles"),
}


def fleet(lacking):
    site = SimpleNamespace(parts={CATALOG: SimpleNamespace(name="catalog service")}, catalog_url=NOBODY)
    return Fleet(site, lambda url: api(url, lacking))


@pytest.mark.parametrize("lacking", SETS, ids="+".join)
@pytest.mark.parametrize("capability", USES)
def test_every_operator_names_what_is_lacking(lacking, capability):
    for service in (api(NOBODY, lacking), fleet(lacking).instances[0].api):
        operator = Operator(service)
        assert not operator.update_catalog().answered
        if capability in lacking:
            with pytest.raises(NotApplicableError, match=f"lacks the capability {capability}"):
                USES[capability](operator)
        else:
            USES[capability](operator)


def test_a_steady_state_without_a_status_page_is_not_applicable(monkeypatch):
    monkeypatch.setattr(Operator, "update_catalog", lambda _: SimpleNamespace(status="completed"))
    provider = SimpleNamespace(provider_sells=lambda *_: None)

    with pytest.raises(NotApplicableError, match="status-page"):
        SteadyState(fleet({"status-page"}), provider, None, 1).must_hold_before()
