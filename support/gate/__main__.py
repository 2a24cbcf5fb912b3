import sys

if {"-h", "--help"} & set(sys.argv):  # shown at once, without loading the systems
    from pathlib import Path

    sys.stdout.write((Path(__file__).parent / "usage.txt").read_text())
    sys.exit(0)

from support.gate.cli import main
from support.systems.registry import systems

sys.exit(main(sys.argv[1:], systems()))
