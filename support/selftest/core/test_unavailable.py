"""What cannot be had ends a scenario as not applicable, and nothing else does."""

import pytest

from support.behave_runtime.stage import Stage
from support.core.capabilities import unless_lacking
from support.core.errors import NotApplicableError, UsageError
from support.core.unavailable import absent, without
from support.systems.catalog.settings import CatalogSettings


class Page:
    def status(self):
        return "healthy"

    def counter(self):
        return 7


def test_whoever_turns_to_what_is_absent_is_told_why():
    with pytest.raises(NotApplicableError, match="nobody said where it is"):
        absent(Page, "nobody said where it is").status()


def test_only_the_verbs_that_are_lacking_are_absent():
    page = without(Page(), "no metrics", "counter")

    assert page.status() == "healthy"
    with pytest.raises(NotApplicableError, match="no metrics"):
        page.counter()


def test_on_stage_it_stands_where_the_real_thing_would():
    stage = Stage(absent(Page, "there is none"))

    with pytest.raises(NotApplicableError):
        stage.the(Page).status()


def test_a_capability_that_is_there_changes_nothing():
    page = Page()

    assert unless_lacking(["log"], "metrics", page) is page


def test_an_unknown_capability_is_refused():
    with pytest.raises(UsageError, match=r"catalog\.lacks is 'wings'; say catalog.lacks=alerts or "):
        CatalogSettings(lacks="log, wings")
