"""The suite's own checks of one run, on the catalog of that run."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

from support.behave_runtime.recording import Recording
from support.behave_runtime.stage import Stage, unfolded
from support.core.journal import Journal
from support.environments.images import toxiproxy
from support.gate.output import allure_report
from support.reporting.timeline_model import ANSWERED, SILENT, Answer, TimelineEvents
from support.systems.catalog.session import CatalogSession
from support.systems.harness.actors import browser
from support.systems.harness.actors.busy_machine import BusyMachine
from support.systems.harness.actors.caller import Call, Caller, CallOutcome
from support.systems.harness.actors.newcomer import Newcomer
from support.systems.harness.actors.pipelines import PipelineRunner
from support.systems.harness.actors.release_manager import ReleaseManager
from support.systems.harness.desk_self_test import DeskSelfTest
from support.systems.harness.fault_proxy_conformance import BothFaultProxies
from support.systems.harness.journal_reader import JournalReader
from support.systems.protocol import Session


class HarnessSession:
    def __init__(self, catalog: CatalogSession, journal: Journal) -> None:
        self._catalog = catalog
        self._journal = journal

    def lacks(self, tags: Collection[str]) -> str:
        """Why a scenario with these tags cannot be run here; empty when it can."""
        if "needs.toxiproxy" in tags and (why_not := toxiproxy.lacking()):
            return why_not
        if "needs.report" in tags and (why_not := allure_report.lacking()):
            return why_not
        if "needs.browser" in tags and (why_not := browser.lacking()):
            return why_not
        return self._catalog.lacks(tags)

    @contextmanager
    def scenario(self, name: str, tags: Collection[str]) -> Iterator[Stage]:
        """The catalog's stage, and all that looks at the suite itself."""
        site = self._catalog.site
        with self._catalog.scenario(name, tags) as stage, BothFaultProxies(site) as both, BusyMachine() as busy:
            stage.equip(
                both,
                busy,
                Caller(site),
                DeskSelfTest(site, self._catalog.dependencies),
                ReleaseManager(),
                Newcomer(),
                PipelineRunner(),
                JournalReader(self._journal, name),
            )
            yield stage

    def timeline_events(self, stage: Stage, began: float) -> TimelineEvents:
        """Those of the catalog, and direct calls to its parts."""
        events = self._catalog.timeline_events(stage, began)
        calls = [_answer(one) for one in unfolded(stage.history) if isinstance(one, Call)]
        return replace(events, answers=[*events.answers, *calls])


def _answer(call: Call) -> Answer:
    grade = ANSWERED if call.outcome is CallOutcome.ANSWERED else SILENT
    return Answer(call.at, call.took_s, grade, by_user=False)


@contextmanager
def open_harness(recording: Recording, others: Mapping[str, Session]) -> Iterator[HarnessSession]:
    yield HarnessSession(cast("CatalogSession", others["catalog"]), recording.journal)
