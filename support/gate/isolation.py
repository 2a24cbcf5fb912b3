"""A user's PYTHONPATH does not reach the gate. Loaded first, so it needs only what every Python has loaded already."""

import os
import sys

OWN = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120  pathlib is not loaded


def leave_out_the_users_modules() -> None:
    """Look for modules in no folder of PYTHONPATH but that of this suite: a redis.py there would stand in for the real one."""
    users = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    foreign = {os.path.abspath(folder) for folder in users} - {OWN, os.path.realpath(OWN)}  # noqa: PTH100
    sys.path[:] = [folder for folder in sys.path if folder not in foreign]
