"""Each system's features are understood with the words and steps of the systems that it needs, and of no other."""

import subprocess
import sys

import pytest

from support.core.checkout import CHECKOUT
from support.systems.registry import NAMES

UNKNOWN = """
import sys
from behave.runner_util import parse_features
from behave.step_registry import registry
from support.behave_runtime.sentences import load_sentences
from support.behave_runtime.words import learn
from support.gate.selection.systems import needed_systems
from support.systems.registry import systems

learn(systems())
load_sentences(needed_systems({sys.argv[1]}, systems()))
for feature in parse_features(sys.argv[2:]):
    if sys.argv[1] in feature.tags:
        for scenario in feature.walk_scenarios():
            for step in scenario.all_steps:
                if registry.find_step_definition(step) is None:
                    print(step.location, step.name)
"""


@pytest.mark.parametrize("system", NAMES)
def test_a_systems_features_need_no_sentence_of_another(system):
    files = sorted(map(str, (CHECKOUT / "features").rglob("*.feature")))
    told = subprocess.run(
        [sys.executable, "-c", UNKNOWN, system, *files], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )

    assert (told.stdout, told.stderr, told.returncode) == ("", "", 0)


LATER = """
from behave.runner_util import reset_runtime
from support.behave_runtime.sentences import load_sentences
from support.behave_runtime.words import learn
from support.systems.registry import systems

learn(systems())
load_sentences(system for system in systems() if system.name == "catalog")
reset_runtime()
load_sentences(systems())
"""


def test_sentences_that_are_loaded_after_behave_has_started_know_all_words():
    told = subprocess.run([sys.executable, "-c", LATER], cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert (told.stdout, told.stderr, told.returncode) == ("", "", 0)
