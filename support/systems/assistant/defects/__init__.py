"""Broken variants of the assistant: mistakes that real teams make. The scenarios of the broken requirement must fail with each.

`ASSISTANT_DEFECT=<name> python -m support.systems.assistant.defects` starts the service with one of them. A variant patches
the service before it starts; the service's own code has no branch for it. Every module of this folder is read.
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

from support.systems.patched_variants import defects_of

_MODULES = [found.name for found in iter_modules(__path__) if found.name != "__main__"]
DEFECTS = defects_of(import_module(f"{__name__}.{name}") for name in _MODULES)

VARIABLE = "ASSISTANT_DEFECT"
LAUNCHER = f"{sys.executable} -m support.systems.assistant.defects"
