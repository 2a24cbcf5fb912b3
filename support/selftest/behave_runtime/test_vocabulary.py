"""Every phrase has one meaning, and every step of the features matches exactly one pattern."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from behave import step_registry
from behave.runner_util import parse_features

from support.behave_runtime.sentences import load_sentences
from support.behave_runtime.words import learn
from support.core.durations import duration
from support.faults.model import COMMON, ErrorAnswers, Fault, RateLimited, Slowness
from support.faults.phrases import read_fault
from support.systems.catalog.faults import FAULTS, GroupErrorAnswers
from support.systems.registry import systems


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("takes 30 seconds to answer", Slowness(timedelta(seconds=30))),
        ("answers with error 503", ErrorAnswers(503)),
        ('answers with error 500 for "Asia"', GroupErrorAnswers(500, "Asia")),
        ("rejects our credentials", ErrorAnswers(401)),
        ("asks us to retry in 2 seconds", RateLimited(timedelta(seconds=2))),
        ("asks us to retry at a time 3 seconds away", RateLimited(timedelta(seconds=3), as_date=True)),
    ],
)
def test_a_phrase_describes_its_fault(text, fault):
    assert read_fault(text, (*COMMON, *FAULTS)) == fault


def test_every_phrase_is_used_by_a_feature():
    features = "\n".join(path.read_text() for path in Path("features").rglob("*.feature"))
    kinds = [*COMMON, *(kind for system in systems() for kind in system.faults)]
    unused = [one.template for kind in kinds for one in kind.phrases if not re.search(one.pattern, features)]

    assert unused == []


def test_a_fault_that_was_read_is_written_the_same_way():
    for text in (
        "is down",
        "never answers",
        "cannot be reached",
        "takes 2 seconds to answer",
        "is killed",
        "has lost its data",
    ):
        fault: Fault = read_fault(text, (*COMMON, *FAULTS))
        assert str(fault) == text


@pytest.mark.parametrize(
    ("text", "span"),
    [("0.4 seconds", 0.4), ("1 second", 1), ("2 minutes", 120), ("2 hours", 7200), ("30 days", 2592000)],
)
def test_durations_are_read(text, span):
    assert duration(text) == timedelta(seconds=span)


@pytest.fixture(scope="module")
def patterns():
    learn(systems())
    load_sentences(systems())
    return {kind: matchers for kind, matchers in step_registry.registry.steps.items() if matchers}


@pytest.fixture(scope="module")
def sentences():
    features = parse_features([str(path) for path in Path("features").rglob("*.feature")])
    return {
        (step.step_type, step.name)
        for feature in features
        for scenario in feature.walk_scenarios()
        for step in scenario.all_steps
    }


def test_every_sentence_of_the_features_is_matched_by_exactly_one_pattern(patterns, sentences):
    matching = {
        (kind, sentence): [known.pattern for known in patterns[kind] if known.match(sentence)]
        for kind, sentence in sentences
    }

    assert {sentence: by for sentence, by in matching.items() if len(by) != 1} == {}


def test_every_pattern_is_used(patterns, sentences):
    known = [one for matchers in patterns.values() for one in matchers]
    unused = [one.pattern for one in known if not any(one.match(sentence) for _, sentence in sentences)]

    assert unused == []
