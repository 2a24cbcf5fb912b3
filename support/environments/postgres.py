"""An empty PostgreSQL cluster. The first one is made by initdb and kept as a template in the checkout's .venv; others are copies of
it, which takes a fifth of the time.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from support.core.checkout import CHECKOUT
from support.core.environment import environment_of_part
from support.environments.processes import await_exit
from support.environments.programs import dying_with_parent, find_program, unprivileged_postgres

HOME = CHECKOUT / ".venv"
PREFIX = "postgres-"
UNFINISHED, ABANDONED_S = "unfinished", 3600.0  # a start that was killed has left what is older
OPTIONS = (
    "-A",
    "trust",
    "-U",
    "postgres",
    "-N",
    "--no-instructions",
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
    "--wal-segsize=1",
)


class PreparedCluster:
    """A cluster in the making, in the folder *data*; the output goes to *log*."""

    def __init__(self, data: Path, log: Path) -> None:
        self.data = data
        self.rights = unprivileged_postgres()
        self._log = log
        self._template = _template()
        self._copied = self._template is not None and self._template.exists()
        self._maker = self._copy() if self._copied else self._initdb()

    def await_made(self) -> None:
        await_exit(self._maker, "cp" if self._copied else "initdb", self._log)
        if self._template and not self._copied:
            _keep(self.data, self._template)

    def _copy(self) -> "subprocess.Popen[bytes]":
        return self._start(["cp", "-a", "--reflink=auto", str(self._template), str(self.data)])

    def _initdb(self) -> "subprocess.Popen[bytes]":
        self.data.mkdir(mode=0o700)
        if self.rights:
            shutil.chown(self.data, "postgres", "postgres")
        return self._start([find_program("initdb"), "-D", str(self.data), *OPTIONS], rights=self.rights)

    def _start(self, command: Sequence[str], rights: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
        with self._log.open("wb") as log:
            return subprocess.Popen(
                dying_with_parent(command, rights=rights),
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment_of_part(),
                cwd=self.data.parent,
            )


def _template() -> Path | None:
    """Where the template of this version of PostgreSQL is, or will be; None where nothing can be kept."""
    if not os.access(HOME, os.W_OK):
        return None
    program = Path(find_program("initdb")).resolve()
    seen = program.stat()
    boot = Path("/proc/sys/kernel/random/boot_id").read_text()  # a power cut may have left half of what was not synced
    identity = f"{program} {seen.st_size} {seen.st_mtime_ns} {boot} {os.getuid()} {OPTIONS}"
    return HOME / f"{PREFIX}{sha256(identity.encode()).hexdigest()[:12]}"


def _keep(data: Path, template: Path) -> None:
    """Copy the cluster, which no server has used yet, in one step for all who look. What cannot be kept is made anew next time."""
    if template.exists():
        return  # another start was quicker, and a third one may be copying from it
    with (
        suppress(OSError, subprocess.CalledProcessError),
        tempfile.TemporaryDirectory(dir=HOME, prefix=f"{PREFIX}{UNFINISHED}-") as place,
    ):
        subprocess.run(["cp", "-a", str(data), f"{place}/made"], check=True, capture_output=True)
        for old in HOME.glob(f"{PREFIX}*"):
            if UNFINISHED not in old.name or time.time() - old.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(old)
        Path(place, "made").rename(template)
