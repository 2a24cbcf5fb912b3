"""A release with one promise and one scenario, and what may be amiss with what is known of it."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from string import Template

SCENARIO = Template("""\
@catalog
Feature: Shoppers can buy while our provider fails
  @CAT-CHAIN-2 @blocker
  Rule: Without the provider, shoppers are served from the saved copy

    Scenario: The provider fails
      Given the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
      And $trouble
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at $price EUR
""")
REGISTER = Template("""\
CAT-CHAIN-2: {title: Shoppers go on buying, value: Protects revenue., severity: blocker, budget: $budget}
$more
""")
ANOTHER = "CAT-CHAIN-3: {title: The backup takes over, value: Protects revenue., severity: blocker}"
POLICY = Template("""\
must_pass: [blocker, critical, normal, minor]
not_applicable: {at_most: 0, because: nothing is needed}
no_go: [missed budget]
slower_recovery: {times: 1.5, and_s: 1}
known_defects: $defects
""")
DEFECT = "[{id: CAT-CHAIN-2, owner: Ana, reason: prices are rounded, until: 2999-12-31}]"
SOUND = {"trouble": "the provider is down", "price": "18.00", "budget": "{}", "more": "", "defects": "[]"}


class Gap(Enum):
    """By the words of the features."""

    NONE = "nothing is amiss"
    BROKEN = "its saved copy has another price than was promised"
    UNASKED = "nobody asks for one of its promises"
    UNBROKEN = "nothing is broken to try its promise"
    OVER_BUDGET = "it takes longer than its budget allows"
    KNOWN = "it fails by a known defect"


AMISS: Mapping[Gap, Mapping[str, str]] = {
    Gap.NONE: {},
    Gap.BROKEN: {"price": "17.00"},
    Gap.UNASKED: {"more": ANOTHER},
    Gap.UNBROKEN: {"trouble": 'the provider quotes "Europe 5 GB" at 18.00 EUR'},
    Gap.OVER_BUDGET: {"budget": "{longest wait of a shopper: {at_most: 0, unit: s}}"},
    Gap.KNOWN: {"price": "17.00", "defects": DEFECT},
}


WEARING = {"trouble": "the provider never answers", "budget": "{longest wait of a shopper: {at_most: 2, unit: s}}"}


def write_release(gap: Gap, features: Path) -> None:
    """Make the folder *features* of a release that is sound but for *gap*."""
    _write(features, AMISS[gap])


def write_wearing_release(features: Path) -> None:
    """Make the folder *features* of a sound release in which shoppers wait for a while, within a budget."""
    _write(features, WEARING)


def _write(features: Path, different: Mapping[str, str]) -> None:
    told = {**SOUND, **different}
    texts = {"catalog/outage.feature": SCENARIO, "catalog/requirements.yml": REGISTER, "policy.yml": POLICY}
    (features / "catalog").mkdir(parents=True)
    for name, text in texts.items():
        (features / name).write_text(text.substitute(told), encoding="utf-8")
