"""`CATALOG_DEFECT=<name> python -m support.systems.catalog.defects`: starts the catalog with one known defect."""

import difflib
import os
import sys

from support.systems.catalog.app import __main__ as program
from support.systems.catalog.defects import DEFECTS
from support.systems.catalog.defects.registry import put_in


def start() -> int:
    name = os.environ.get("CATALOG_DEFECT", "")
    if name not in DEFECTS:
        near = difflib.get_close_matches(name, DEFECTS, n=1) or ["no-retry"]
        sys.stderr.write(f"catalog: CATALOG_DEFECT is {name!r}, which is no known defect; say one such as {near[0]}\n")
        return program.WRONG_USAGE
    DEFECTS[name].apply(put_in)
    return program.main()


if __name__ == "__main__":
    sys.exit(start())
