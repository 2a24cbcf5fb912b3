"""Broken variants of the catalog: mistakes that real teams make. The scenarios of the broken requirement must fail with each.

`CATALOG_DEFECT=<name> python -m support.systems.catalog.defects` starts the service with one of them. A variant patches
the service before it starts; the service's own code has no branch for it.
"""

import sys

from support.systems.catalog.defects import (
    answers,
    backup,
    concurrency,
    contract,
    controls,
    credentials,
    fallback,
    lifetimes,
    malformed_answers,
    memory_and_crashes,
    monitoring,
    no_source,
    performance,
    rate_limits,
    retries,
    saved_copy,
    status_page,
    stores,
)
from support.systems.patched_variants import defects_of

_MODULES = (
    retries,
    rate_limits,
    saved_copy,
    backup,
    malformed_answers,
    stores,
    concurrency,
    memory_and_crashes,
    fallback,
    no_source,
    credentials,
    monitoring,
    performance,
    contract,
    answers,
    lifetimes,
    status_page,
    controls,
)
DEFECTS = defects_of(_MODULES)

VARIABLE = "CATALOG_DEFECT"
LAUNCHER = f"{sys.executable} -m support.systems.catalog.defects"
