"""HTML pages from Jinja2 templates, which lie beside the modules that fill them."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

SHARED = Path(__file__).parent


def render(template: Path, **values: object) -> str:
    """*template* filled with *values*, which are escaped unless they are `Markup`.

    It can include files of its own folder, and `page_head.html`, with which all pages begin, after `title` and `style` (its CSS).
    """
    return _environment(template.parent).get_template(template.name).render(values)


@cache
def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
