"""Parameter types of the steps that check the suite itself."""

from enum import Enum
from typing import TypeVar

from support.behave_runtime.gherkin import word
from support.systems.harness.actors.caller import CallOutcome
from support.systems.harness.actors.next_release import NextRelease
from support.systems.harness.actors.pipelines import CiService
from support.systems.harness.actors.release_manager import Candidate
from support.systems.harness.actors.sample_release import SampleRelease
from support.systems.harness.harness_failures import HarnessFailure

E = TypeVar("E", bound=Enum)


def _phrases(kind: type[E]) -> None:
    """Register *kind* under its class name: its members are written as their values."""
    word(kind.__name__, "|".join(member.value for member in kind))(kind)


_phrases(CallOutcome)
_phrases(SampleRelease)
_phrases(CiService)
_phrases(Candidate)
_phrases(NextRelease)
_phrases(HarnessFailure)
