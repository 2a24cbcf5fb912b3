"""A release with one promise and one scenario, sound or with a flaw."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from string import Template

SCENARIO = Template("""\
@catalog
Feature: Shoppers can buy while the provider fails
  @CAT-CHAIN-2 @blocker
  Rule: Without the provider, shoppers are served from the saved copy

    Scenario: The provider fails
      Given the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
      And $trouble
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at $price EUR
      $and_then
""")
REGISTER = Template("""\
CAT-CHAIN-2: {title: Shoppers go on buying, value: Protects revenue., severity: blocker, budget: $budget}
$more
""")
SECOND_REQUIREMENT = "CAT-CHAIN-3: {title: The backup takes over, value: Protects revenue., severity: blocker}"
POLICY = Template("""\
must_pass: [blocker, critical, normal, minor]
not_applicable: {at_most: 0, because: every scenario can run}
no_go: [missed budget]
slower_recovery: {times: 1.5, and_s: 1}
known_defects: $defects
""")
DEFECT = "[{id: CAT-CHAIN-2, owner: Ana, reason: prices are rounded, until: 2999-12-31}]"
SOUND: Mapping[str, str] = {
    "trouble": "the provider is down",
    "price": "18.00",
    "and_then": "",
    "budget": "{}",
    "more": "",
    "defects": "[]",
}


class SampleRelease(Enum):
    """The values are the phrases of the features."""

    SOUND = "without flaws"
    WRONG_PRICE = "with a wrong price in the saved copy"
    NO_SCENARIO = "with a promise that has no scenario"
    NO_FAULT = "with a promise that is tested without a fault"
    OVER_BUDGET = "that exceeds its budget"
    SLIGHTLY_LATE = "whose shoppers wait slightly longer than promised"
    KNOWN_DEFECT = "that fails only by a known defect"


CHANGES: Mapping[SampleRelease, Mapping[str, str]] = {
    SampleRelease.SOUND: {},
    SampleRelease.WRONG_PRICE: {"price": "17.00"},
    SampleRelease.NO_SCENARIO: {"more": SECOND_REQUIREMENT},
    SampleRelease.NO_FAULT: {"trouble": 'the provider quotes "Europe 5 GB" at 18.00 EUR'},
    SampleRelease.OVER_BUDGET: {"budget": "{longest wait of a shopper: {at_most: 0, unit: s}}"},
    # they wait for as long as the catalog has patience with the provider, half a second
    SampleRelease.SLIGHTLY_LATE: {"and_then": "And the shopper waited no longer than 0.4 seconds"},
    SampleRelease.KNOWN_DEFECT: {"price": "17.00", "defects": DEFECT},
}


SLOW = {"trouble": "the provider never answers", "budget": "{longest wait of a shopper: {at_most: 2, unit: s}}"}


def write_release(release: SampleRelease, features: Path) -> None:
    """Create the folder *features* of *release*."""
    _write(features, CHANGES[release])


def write_slow_release(features: Path) -> None:
    """Create the folder *features* of a sound release whose shoppers wait for a while, but within the budget."""
    _write(features, SLOW)


def _write(features: Path, changes: Mapping[str, str]) -> None:
    values = {**SOUND, **changes}
    texts = {"catalog/outage.feature": SCENARIO, "catalog/requirements.yml": REGISTER, "policy.yml": POLICY}
    (features / "catalog").mkdir(parents=True)
    for name, text in texts.items():
        (features / name).write_text(text.substitute(values), encoding="utf-8")
