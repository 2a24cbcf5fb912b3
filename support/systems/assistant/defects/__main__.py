"""`ASSISTANT_DEFECT=<name> python -m support.systems.assistant.defects`: starts the assistant with one known defect."""

import sys

from support.systems.assistant.app.__main__ import main
from support.systems.assistant.defects import DEFECTS, VARIABLE
from support.systems.patched_variants import start

if __name__ == "__main__":
    sys.exit(start(VARIABLE, DEFECTS, main))
