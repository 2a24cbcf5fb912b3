"""The server programs of the embedded backend, found on this machine."""

import os
import pwd
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from support.core.checkout import CHECKOUT
from support.core.errors import UsageError

POSTGRES_HOMES = Path("/usr/lib/postgresql")  # where Debian and Ubuntu keep them, one folder a version
OWN = "support/systems/*/programs/*/bin"  # what a system brings along, below the checkout
PACKAGES = {"redis-server": "redis-server", "postgres": "postgresql", "initdb": "postgresql", "setpriv": "util-linux"}
PACKAGES |= dict.fromkeys(("mount", "umount"), "mount") | {"unshare": "util-linux", "debootstrap": "debootstrap"}
PACKAGES |= {"nsenter": "util-linux", "ip": "iproute2", "tc": "iproute2", "nft": "nftables", "etcd": "etcd-server"}
PACKAGES["java"] = "default-jre-headless"
PACKAGES |= dict.fromkeys(("mariadbd", "mariadb-install-db"), "mariadb-server")


def find_program(name: str) -> str:
    """Path of the program *name*; raises `UsageError` with the command that installs it."""
    folders = [*map(str, CHECKOUT.glob(OWN)), os.environ.get("PATH", os.defpath)]
    if found := shutil.which(name, path=os.pathsep.join(folders)):
        return found
    versions = sorted(POSTGRES_HOMES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    if versions:
        return str(versions[0])
    raise UsageError(
        f"the program {name} is missing; install it with: apt-get install --no-install-recommends {PACKAGES[name]}"
    )


def dying_with_parent(argv: Sequence[str], signal: str = "KILL", rights: Sequence[str] = ()) -> list[str]:
    """The command *argv* such that the kernel sends it *signal* when we end; *rights* are options of setpriv.

    Whoever ends between the fork and setpriv's request is not seen by the kernel: hence the look at the parent.
    """
    still_there = '[ "$PPID" = "$0" ] && exec "$@"'
    setpriv = [find_program("setpriv"), "--pdeathsig", signal, *rights, "--"]
    return [*setpriv, "/bin/sh", "-c", still_there, str(os.getpid()), *argv]


def split_command(text: str, setting: str) -> list[str]:
    """The command line *text* as arguments; raises `UsageError`, naming the *setting*, if its program is not there."""
    try:
        argv = shlex.split(text)
    except ValueError as trouble:
        raise UsageError(f"{setting} cannot be read as a command ({trouble}); check its quotes") from None
    if argv and shutil.which(argv[0]) is None:
        raise UsageError(f"{setting} starts with {argv[0]!r}, which is not a program here; give its whole path")
    return argv


def unprivileged_postgres() -> tuple[str, ...]:
    """What to put before a command of PostgreSQL: it refuses to run as root, so root hands over to the user postgres."""
    if os.geteuid() != 0:
        return ()
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise UsageError(
            "PostgreSQL will not run as root and there is no user postgres; "
            "install it with: apt-get install --no-install-recommends postgresql"
        ) from None
    return ("--reuid", "postgres", "--regid", "postgres", "--clear-groups")
