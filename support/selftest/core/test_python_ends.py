"""Python ends without the crash that msgspec can cause then; it turned the exit status of a gate into 139, once in four runs."""

import subprocess
import sys

import pytest

from support.core.checkout import CHECKOUT

LAST = """
import atexit, gc, importlib, sys
atexit.register(lambda: print(gc.get_freeze_count() > 0))  # registered first, called last
importlib.import_module(sys.argv[1])
"""


@pytest.mark.parametrize("module", ["support.gate.selection.validation", "support.systems.catalog.app.model"])
def test_nothing_is_collected_while_python_ends(module):
    ended = subprocess.run(
        [sys.executable, "-c", LAST, module], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )

    assert ended.stdout == "True\n"
