"""Broken variants of the assistant: mistakes that real teams make. The scenarios of the broken requirement must fail with each.

`ASSISTANT_DEFECT=<name> python -m support.systems.assistant.defects` starts the service with one of them. A variant patches
the service before it starts; the service's own code has no branch for it.
"""

import sys

from support.systems.assistant.defects import (
    audit,
    breakers,
    changes,
    configuration,
    migration,
    mistakes,
    monitoring,
    operations,
    requests,
    retries,
)
from support.systems.patched_variants import defects_of

_MODULES = (retries, breakers, configuration, operations, changes, mistakes, migration, audit, requests, monitoring)
DEFECTS = defects_of(_MODULES)

VARIABLE = "ASSISTANT_DEFECT"
LAUNCHER = f"{sys.executable} -m support.systems.assistant.defects"
