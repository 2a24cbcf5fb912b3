import sys

if {"-h", "--help"} & set(sys.argv):  # shown at once, without loading the systems
    from pathlib import Path

    sys.stdout.write((Path(__file__).parent / "usage.txt").read_text())
    sys.exit(0)

from support.core.environment import set_users_environment_aside
from support.gate.cli import main
from support.systems.registry import systems

if sys.argv[1:2] != ["images"]:  # building takes what the machine has: proxies, registries, compilers
    set_users_environment_aside()
sys.exit(main(sys.argv[1:], systems()))
