"""The words of the features about the suite itself."""

from support.behave_runtime.gherkin import word
from support.systems.harness.actors.caller import Notice
from support.systems.harness.actors.next_release import NextRelease
from support.systems.harness.actors.pipelines import Service
from support.systems.harness.actors.release_manager import Candidate
from support.systems.harness.actors.sample_release import Gap
from support.systems.harness.harness_failures import Mishap


@word("Notice", "|".join(notice.value for notice in Notice))
def notice(text: str) -> Notice:
    return Notice(text)


@word("Gap", "|".join(gap.value for gap in Gap))
def gap(text: str) -> Gap:
    return Gap(text)


@word("Service", "|".join(service.value for service in Service))
def service(text: str) -> Service:
    return Service(text)


@word("Candidate", "|".join(candidate.value for candidate in Candidate))
def candidate(text: str) -> Candidate:
    return Candidate(text)


@word("NextRelease", "|".join(one.value for one in NextRelease))
def next_release(text: str) -> NextRelease:
    return NextRelease(text)


@word("Mishap", "|".join(mishap.value for mishap in Mishap))
def mishap(text: str) -> Mishap:
    return Mishap(text)
