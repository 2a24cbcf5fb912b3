"""`./accept images`: build every image of the topologies on this machine, and print what each of them contains."""

import shutil
import sys
from collections.abc import Iterable, Sequence

from support.core.errors import HoldfastError, UsageError
from support.environments.compose import all_services
from support.environments.images.build import Builder, ProvidedImage
from support.environments.images.engine import engine
from support.environments.images.recipes import Recipe, recipes
from support.environments.run_directory import sweep

USAGE, BROKEN = 64, 3


class Progress:
    """On a terminal one line that is updated, elsewhere one line per image."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._last = ""

    def __call__(self, name: str, line: str) -> None:
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write(f"\r\033[K{f'{name}: {line}'[:width]}")
        elif name != self._last:
            sys.stdout.write(f"{name}: {line}\n")
        self._last = name
        sys.stdout.flush()

    def close(self) -> None:
        if self._live:
            sys.stdout.write("\r\033[K")


def build_images(words: Sequence[str], of_systems: Iterable[Recipe]) -> int:
    progress = Progress()
    try:
        if words:
            raise UsageError(f"unknown argument {words[0]!r}; `./accept images` takes no arguments")
        sweep()
        provided = Builder(engine(), progress).provide(_wanted(of_systems))
    except HoldfastError as error:
        progress.close()
        sys.stderr.write(f"{error}\n")
        return USAGE if isinstance(error, UsageError) else BROKEN
    except KeyboardInterrupt:
        progress.close()
        sys.stderr.write("interrupted; images that were built are kept\n")
        return BROKEN
    progress.close()
    sys.stdout.write(_table(provided))
    return 0


def _wanted(of_systems: Iterable[Recipe]) -> list[Recipe]:
    known = recipes(of_systems)
    wanted = {service["image"] for service in all_services({}).values()}
    if unknown := wanted - {recipe.name for recipe in known}:
        raise UsageError(f"the topologies name {', '.join(sorted(unknown))}; add it to the recipes of its system")
    return known


def _table(provided: list[ProvidedImage]) -> str:
    rows = [("image", "content", "status"), *((each.name, each.what, each.how) for each in provided)]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "".join(f"{name:{widths[0]}}  {what:{widths[1]}}  {how}\n" for name, what, how in rows)
