"""`python -m support.gate.execution.run_behave`: behave as a process of the gate, which has checked the options before."""

import sys

from behave.__main__ import run_behave

from support.gate.selection.behave_options import read_options

if __name__ == "__main__":
    sys.exit(run_behave(read_options(sys.argv[1:])))
