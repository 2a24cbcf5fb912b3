"""Mistakes that real teams make when they configure or use clusters. The scenarios must notice each of them.

Beside them stand controls, which do what the features leave open, and which no scenario may take for a mistake.
"""

from dataclasses import replace

from support.core.errors import UsageError
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.defects import applications, controls, etcd, kafka, mysql, redis
from support.systems.infrastructure.defects.registry import Defect, put_in

MODULES = (applications, redis, etcd, kafka, mysql, controls)
DEFECTS = {
    defect.name: defect
    for module in MODULES
    for defect in (*module.CONFIGURED, *(one for one in vars(module).values() if isinstance(one, Defect)))
}


def config_with_defect(defect: str) -> ClusterConfig:
    """Return the configuration with *defect*, or the correct one if it is empty. Raises `UsageError` if it is unknown."""
    if not defect:
        return ClusterConfig()
    if defect not in DEFECTS:
        raise UsageError(f"there is no infrastructure defect {defect!r}; known are {', '.join(DEFECTS)}")
    return replace(ClusterConfig(), **DEFECTS[defect].changes)


def patch_applications(defect: str) -> None:
    """Patch *defect* into the code of the applications of this process, until it ends."""
    if defect:
        DEFECTS[defect].apply(put_in)
