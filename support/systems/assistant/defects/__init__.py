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
    environments,
    migration,
    mistakes,
    monitoring,
    old_behaviour,
    operations,
    requests,
    retries,
    trail,
    unsafe_settings,
)
from support.systems.patched_variants import defects_of

_MODULES = (
    retries,
    breakers,
    environments,
    configuration,
    operations,
    changes,
    mistakes,
    unsafe_settings,
    migration,
    old_behaviour,
    audit,
    trail,
    requests,
    monitoring,
)
DEFECTS = defects_of(_MODULES)

VARIABLE = "ASSISTANT_DEFECT"
LAUNCHER = f"{sys.executable} -m support.systems.assistant.defects"
