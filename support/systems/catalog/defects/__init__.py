"""Broken variants of the catalog: mistakes that real teams make, each to be noticed by the requirement that it breaks.

`CATALOG_DEFECT=<name> python -m support.systems.catalog.defects` serves with one of them. It is put on from outside
before the service starts; the service's own code has no branch for it.
"""

import sys

from support.systems.catalog.defects import (
    asking,
    keeping,
    pausing,
    reading,
    reserving,
    scaling,
    serving,
    storing,
    straining,
    syncing,
    telling,
)
from support.systems.catalog.defects.registry import Defect

DEFECTS = {
    defect.name: defect
    for module in (asking, pausing, keeping, reserving, reading, storing, syncing, straining, serving, telling, scaling)
    for defect in vars(module).values()
    if isinstance(defect, Defect)
}

VARIABLE = "CATALOG_DEFECT"
LAUNCHER = f"{sys.executable} -m support.systems.catalog.defects"
