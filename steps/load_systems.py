"""Loads the words and the steps of every system: behave itself looks only at the top of steps/."""

from pathlib import Path

from behave.runner_util import load_step_modules

from support.systems.registry import NAMES, load_words

for name in NAMES:
    load_words(name)
load_step_modules([str(Path(__file__).parent / folder) for folder in ("common", *NAMES)])
