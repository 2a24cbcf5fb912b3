import sys

from support.gate.cli import main
from support.systems.registry import systems

sys.exit(main(sys.argv[1:], systems()))
