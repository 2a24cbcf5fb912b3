"""docs/glossary.md has every phrase of every fault, in the words of the fault itself."""

import pytest

from support.core.checkout import CHECKOUT
from support.faults.model import COMMON
from support.faults.phrases import glossary
from support.systems.registry import systems

PAGE = CHECKOUT / "docs" / "glossary.md"


@pytest.mark.parametrize(
    ("whose", "kinds"),
    [
        ("every system", COMMON),
        *((system.name, system.faults) for system in systems() if system.faults and not system.builds_on),
    ],
)
def test_every_phrase_of_a_fault_is_in_the_glossary(whose, kinds):
    assert glossary(kinds) in PAGE.read_text(), (
        f"the table of faults of {whose} in {PAGE.name} should be:\n{glossary(kinds)}"
    )
