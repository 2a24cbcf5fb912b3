import sys

from support.gate.cli import main

sys.exit(main(sys.argv[1:]))
