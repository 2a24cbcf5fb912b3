"""`CATALOG_DEFECT=<name> python -m support.systems.catalog.defects`: starts the catalog with one known defect."""

import sys

from support.systems.catalog.app.__main__ import main
from support.systems.catalog.defects import DEFECTS, VARIABLE
from support.systems.patched_variants import start

if __name__ == "__main__":
    sys.exit(start(VARIABLE, DEFECTS, main))
