"""Loads the steps of every system: behave itself looks only at the top of steps/."""

from pathlib import Path

from behave.runner_util import load_step_modules

load_step_modules(sorted(str(folder) for folder in Path(__file__).parent.iterdir() if folder.is_dir()))
