"""A minimal Debian, made by debootstrap from the package sources of this machine's apt; the base of the substitute images."""

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
# as in Debian's slim images: no documentation, no package lists, and no service is started on installation
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
    """A file system with Debian's core packages, as a tar stream. Needs root, 25 s, and temporarily 300 MB."""
    if os.geteuid() != 0:
        raise UsageError("the base image can only be built by root; run this again with sudo")
    # it dies with this process, and in its own mount namespace none of its mounts can outlive it
    isolated = [find_program("unshare"), "--mount", "--pid", "--fork", "--kill-child", "--"]
    command = dying_with_parent([*isolated, find_program("debootstrap")])
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
        last = (made.stdout.strip().splitlines() or ["no output"])[-1]
        raise BrokenHarnessError(f"debootstrap failed: {last}; can this machine reach {command[-1]}?")


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _sources() -> list[str]:
    """The sources of this machine's apt for the release, or else Debian's own servers; the release itself comes first."""
    if shutil.which("apt-get") is None:
        return list(DEFAULT_SOURCES)
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(COMPONENT) $(RELEASE) $(REPO_URI)"]
    output = subprocess.run([*command, "Created-By: Packages"], capture_output=True, text=True, check=False).stdout
    known = sorted(line.split()[2:] for line in output.splitlines() if line.startswith(f"Debian main {RELEASE}"))
    complete = known and known[0][0] == RELEASE
    return [f"deb {uri} {release} main" for release, uri in known] if complete else list(DEFAULT_SOURCES)
