"""Settings of the assistant that a scenario changes by a restart, as an operator would; the contract has their names."""

from collections.abc import Mapping

from support.systems.assistant.environment import configuration_file
from support.systems.assistant.environment.configuration_file import Configuration
from support.systems.assistant.environment.site import Site
from support.systems.assistant.targets import ASSISTANT

Environment = Mapping[str, str]


class Operator:
    """What it changes keeps until the end of the scenario."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def write_file(self, configuration: Configuration) -> None:
        """Replace the configuration file, which is read at a start."""
        configuration_file.write(self._site.folder.configuration, configuration)

    def restart(self, environment: Environment | None = None) -> None:
        """Stop the assistant and start it again; *environment* is added to its own."""
        part = self._site.parts[ASSISTANT]
        part.stop()
        part.start(environment)

    def reload(self) -> None:
        """SIGHUP: environment and files are read again."""
        self._site.renew_assistant()
