import os
import sys

from support.gate.isolation import leave_out_the_users_modules

leave_out_the_users_modules()

from support.gate import crash  # noqa: E402

if {"-h", "--help"} & set(sys.argv):  # shown at once, without loading the systems
    from pathlib import Path

    sys.stdout.write((Path(__file__).parent / "usage.txt").read_text())
    sys.exit(0)

if not sys.flags.utf8_mode:  # whatever the locale says: what the workers write is not all ASCII
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606

try:
    from support.core.environment import set_users_environment_aside
    from support.gate.cli import main
    from support.systems.registry import systems

    if sys.argv[1:2] != ["images"]:  # building takes what the machine has: proxies, registries, compilers
        set_users_environment_aside()
    known = systems()
except Exception as error:  # noqa: BLE001  whatever fails here is not the product
    sys.exit(crash.report(error, sys.argv[1:]))
sys.exit(main(sys.argv[1:], known))
