"""Finds the server programs of the embedded backend on this machine."""

import os
import pwd
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from support.core.checkout import CHECKOUT
from support.core.errors import UsageError

POSTGRES_HOMES = Path("/usr/lib/postgresql")  # on Debian and Ubuntu, one folder per version
OWN = "support/systems/*/programs/*/bin"  # programs that a system builds, in the checkout
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
    """The command *argv*, to which the kernel sends *signal* when this process ends; *rights* are options of setpriv.

    The kernel sends nothing if this process ends before setpriv has requested the signal, so the shell checks its parent.
    """
    check_parent = '[ "$PPID" = "$0" ] && exec "$@"'
    setpriv = [find_program("setpriv"), "--pdeathsig", signal, *rights, "--"]
    return [*setpriv, "/bin/sh", "-c", check_parent, str(os.getpid()), *argv]


def split_command(text: str, setting: str) -> list[str]:
    """The command line *text* as arguments; raises `UsageError`, naming the *setting*, if its program does not exist."""
    try:
        argv = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{setting} is not a valid command line ({error}); check its quotes") from None
    if argv and shutil.which(argv[0]) is None:
        raise UsageError(
            f"{setting} starts with {argv[0]!r}, which is not a program on this machine; give its full path"
        )
    return argv


def unprivileged_postgres() -> tuple[str, ...]:
    """Options of setpriv for PostgreSQL, which refuses to run as root: root switches to the user postgres."""
    if os.geteuid() != 0:
        return ()
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise UsageError(
            "PostgreSQL does not run as root and there is no user postgres; "
            "install it with: apt-get install --no-install-recommends postgresql"
        ) from None
    return ("--reuid", "postgres", "--regid", "postgres", "--clear-groups")
