"""behave's configuration, from the checkout and the command line alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from behave import configuration as behave

from support.gate.selection.behave_model import Configuration


def read_options(options: Sequence[str]) -> Configuration:
    """The configuration that *options* and the files in the working directory make; files in the user's home do not count.

    Raises what behave raises for options that it does not understand.
    """
    defaults: dict[str, Any] = {}
    for path in behave.config_filenames():
        if Path(path).parent == Path():
            defaults |= behave.read_configuration(path)
    return behave.Configuration(list(options), load_config=False, **defaults)
