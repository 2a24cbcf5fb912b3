"""Using what is unavailable makes a scenario not applicable; everything else stays as it is."""

import pytest

from support.behave_runtime.stage import Stage
from support.core.errors import NotApplicableError, UsageError
from support.core.unavailable import absent, unless_lacking, without
from support.systems.catalog.settings import CatalogSettings


class Page:
    def status(self):
        return "healthy"

    def counter(self):
        return 7


def test_using_an_absent_object_raises_the_reason():
    with pytest.raises(NotApplicableError, match="its address is not configured"):
        absent(Page, "its address is not configured").status()


def test_only_the_named_methods_are_absent():
    page = without(Page(), "no metrics", "counter")

    assert page.status() == "healthy"
    with pytest.raises(NotApplicableError, match="no metrics"):
        page.counter()


def test_the_stage_finds_a_placeholder_by_the_type_that_it_replaces():
    stage = Stage(absent(Page, "there is none"))

    with pytest.raises(NotApplicableError):
        stage.the(Page).status()


def test_an_available_capability_leaves_the_object_unchanged():
    page = Page()

    assert unless_lacking(["log"], "metrics", page) is page


def test_without_a_capability_the_object_or_some_of_its_methods_are_absent():
    with pytest.raises(NotApplicableError, match="the candidate lacks the capability metrics"):
        unless_lacking(["metrics"], "metrics", Page()).status()
    assert unless_lacking(["metrics"], "metrics", Page(), "counter").status() == "healthy"


def test_several_capabilities_of_one_object_may_be_lacking():
    lacking = ["metrics", "status-page"]
    stage = Stage(
        unless_lacking(lacking, "metrics", unless_lacking(lacking, "status-page", Page(), "status"), "counter")
    )
    with pytest.raises(NotApplicableError, match="lacks the capability status-page"):
        stage.the(Page).status()
    with pytest.raises(NotApplicableError, match="lacks the capability metrics"):
        stage.the(Page).counter()


def test_an_unknown_capability_is_refused():
    with pytest.raises(UsageError, match=r"catalog\.lacks is 'wings'; say catalog.lacks=alerts or "):
        CatalogSettings(lacks="log, wings")
