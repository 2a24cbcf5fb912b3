"""A small Debian, made by debootstrap from the packages that this machine's apt knows; all stand-ins are built on it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.programs import dying_with_parent, find_program
from support.environments.run_directory import RunDirectory

RELEASE = "bookworm"
DEFAULT_SOURCES = (
    f"deb http://deb.debian.org/debian {RELEASE} main",
    f"deb http://deb.debian.org/debian {RELEASE}-updates main",
    f"deb http://deb.debian.org/debian-security {RELEASE}-security main",
)
# As Debian's slim images do it: no documentation, no package lists, and nothing is started on installation.
FILES = {
    "etc/dpkg/dpkg.cfg.d/slim": "".join(
        f"path-exclude /usr/share/{folder}/*\n" for folder in ("doc", "info", "locale", "man")
    ),
    "etc/apt/apt.conf.d/slim": """\
APT::Install-Recommends "false";
Acquire::Languages "none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };
""",
    "usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n",
}
EMPTIED = (
    *("usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man"),
    *("var/cache/apt", "var/lib/apt/lists", "var/log"),
)


def ingredients() -> str:
    return "\n".join([*_sources(), *FILES, *FILES.values(), *EMPTIED])


@contextmanager
def debian() -> Iterator[IO[bytes]]:
    """A file system with nothing but Debian's core, as a tar stream. Needs root; 25 s and 300 MB while it is made."""
    if os.geteuid() != 0:
        raise UsageError("the Debian that images are built on is made by root only; run this once more with sudo")
    # it dies with us, and in a mount namespace of its own nothing that it mounts can outlive it
    alone = [find_program("unshare"), "--mount", "--pid", "--fork", "--kill-child", "--"]
    command = dying_with_parent([*alone, find_program("debootstrap")])
    run = RunDirectory()
    try:
        root = run.path / "debian"
        _make([*command, "--variant=minbase", RELEASE, str(root), _sources()[0].split()[1]])
        for name, text in FILES.items():
            (root / name).write_text(text)
        (root / "usr/sbin/policy-rc.d").chmod(0o755)
        (root / "etc/apt/sources.list").write_text("\n".join(_sources()) + "\n")
        for folder in EMPTIED:
            _empty(root / folder)
        with subprocess.Popen(
            ["tar", "--numeric-owner", "-C", str(root), "-c", "."], stdout=subprocess.PIPE
        ) as packing:
            assert packing.stdout is not None
            yield packing.stdout
    finally:
        run.remove()


def _make(command: list[str]) -> None:
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if made.returncode:
        last = (made.stdout.strip().splitlines() or ["it said nothing"])[-1]
        raise BrokenHarnessError(f"debootstrap failed: {last}; can this machine reach {command[-1]}?")


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _sources() -> list[str]:
    """Where this machine's apt gets the release from, else Debian's own servers; the release itself comes first."""
    if shutil.which("apt-get") is None:
        return list(DEFAULT_SOURCES)
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(COMPONENT) $(RELEASE) $(REPO_URI)"]
    told = subprocess.run([*command, "Created-By: Packages"], capture_output=True, text=True, check=False).stdout
    known = sorted(line.split()[2:] for line in told.splitlines() if line.startswith(f"Debian main {RELEASE}"))
    complete = known and known[0][0] == RELEASE
    return [f"deb {uri} {release} main" for release, uri in known] if complete else list(DEFAULT_SOURCES)
