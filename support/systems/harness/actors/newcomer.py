"""Somebody who sees the suite for the first time, runs it on a bare machine, and reads the report on a telephone."""

from dataclasses import dataclass

from support.core.errors import BrokenHarnessError
from support.systems.harness.actors.browser import TELEPHONE, open_browser
from support.systems.harness.actors.release_manager import TWO_SCENARIOS, Candidate, started_by
from support.systems.harness.actors.suite_copy import gate_in, output_of, path_without, suite_copy

GENERATOR = ("node", "npm", "npx")
EVIDENCE = ("Steps and evidence", "What the provider saw")  # two sections, one in the other


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read *at_once*, then after scrolling but without a click (*unopened*), with the *pictures* in words, and the text
    after the evidence of the first failure was *opened*.
    """

    at_once: str
    unopened: str
    pictures: tuple[str, ...]
    opened: str


class Newcomer:
    def read_report(self, candidate: Candidate) -> Reading:
        """Judge *candidate*, and read the report by keyboard alone."""
        with suite_copy() as copy:
            options = (*TWO_SCENARIOS, *started_by(candidate), "-D", "report=yes")
            with gate_in(copy, *options, environment={"PATH": path_without(copy, GENERATOR)}) as gate:
                output = output_of(gate)
            page = copy / "results" / "report.html"
            if not page.exists():
                raise BrokenHarnessError(f"the nested run has written no report; its output: {output}")
            with open_browser() as browser:
                browser.show(page, TELEPHONE)
                at_once, unopened, pictures = browser.text(on_screen=True), browser.text(), browser.pictures()
                for words in EVIDENCE:
                    browser.tab_to(words)
                    browser.press(" ")
                return Reading(at_once, unopened, tuple(pictures), browser.text())
