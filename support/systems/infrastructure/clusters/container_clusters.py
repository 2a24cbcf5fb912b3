"""The clusters that differ when their members run from images instead of programs on this machine."""

from pathlib import Path

from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.clusters.mysql import PREPARE, MySqlServer
from support.systems.infrastructure.targets import MYSQL


class KafkaInContainers(KafkaCluster):
    libraries = Path("/opt/kafka/libs")


class MySqlInContainer(MySqlServer):
    """The image's entrypoint creates the data directory itself, as the image's own user."""

    def start(self) -> None:
        folder = self._environment.empty_folder(MYSQL)
        folder.chmod(0o777)  # the image's user has another uid
        folder.joinpath("prepare.sql").write_text(PREPARE)
        self.members[MYSQL].process.spawn()

    def _prepare(self) -> None:
        return None

    def _command(self, address: str) -> list[str]:
        return ["env", "MYSQL_ALLOW_EMPTY_PASSWORD=yes", "docker-entrypoint.sh", "mysqld", *self._options(address)]
