"""Reads behave's options and the selected features with behave's own parsers; refuses invalid requests."""

import contextlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from behave.exception import ConfigError, InvalidFilenameError, TagExpressionError
from behave.parser import ParserError
from behave.runner_util import collect_feature_locations, parse_features

from support.core.errors import UsageError
from support.gate.selection import behave_model as model
from support.gate.selection.behave_options import read_options
from support.gate.selection.preflight import Request, examine
from support.gate.selection.scenarios import FEATURES, Selected, describe, selected_scenarios
from support.systems.protocol import System

RUNS_NOTHING = ("dry_run", "steps_catalog", "version", "tags_help", "lang_list", "lang_help")


def read_request(options: Sequence[str], systems: Sequence[System], default_seed: int = 0) -> Request:
    """Raises `UsageError`: one sentence for an unknown option, tag, file or setting, or if nothing is selected."""
    config = _configuration(options)
    for name in RUNS_NOTHING:
        if getattr(config, name, None):
            raise UsageError(
                f"--{name.replace('_', '-')} runs nothing, so there is nothing to judge; use behave itself"
            )
    return examine(_features(config, config.paths or [FEATURES]), config, Path.cwd(), systems, default_seed)


def all_scenarios() -> list[Selected]:
    """All scenarios that a run without a selection judges."""
    config = _configuration([])
    return [describe(scenario) for scenario in selected_scenarios(_features(config, [FEATURES]), config)]


def _features(config: model.Configuration, paths: Sequence[str]) -> list[model.Feature]:
    collect: Callable[..., Any] = collect_feature_locations
    parse: Callable[..., list[model.Feature]] = parse_features
    try:
        places = [place for place in collect(paths) if not config.exclude(place)]
        features = parse(places, language=config.lang)
    except (InvalidFilenameError, OSError) as error:
        raise UsageError(f"there is no feature file {error}; name a file or a folder below features/") from None
    except ParserError as error:
        raise UsageError(f"a feature file cannot be read: {' '.join(str(error).split())}") from None
    read = {Path(feature.filename).resolve() for feature in features}
    for place in places:
        if Path(place.filename).resolve() not in read:
            raise UsageError(f"{place.filename} holds no feature, so it proves nothing; write one or delete the file")
    return features


def _configuration(options: Sequence[str]) -> model.Configuration:
    output = io.StringIO()
    try:
        with contextlib.redirect_stderr(output):
            return read_options(options)
    except (ConfigError, TagExpressionError, ValueError) as error:
        words = " ".join(str(error).split())
        raise UsageError(f"behave does not understand its options: {words}") from None
    except SystemExit:
        complaint = output.getvalue().strip().rpartition("error: ")[2]
        raise UsageError(
            f"behave does not understand its options: {complaint}; list them with: behave --help"
        ) from None
