"""Templates and frame together: what a page is written on."""

from collections.abc import Mapping
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from lightship.tell.site.shell import Shell


class Paper:
    """Fills templates for one frame.

    Args:
        templates: text by name, from `edges.files.templates`; this stage reads no disk.
    """

    def __init__(self, environment: Environment, shell: Shell) -> None:
        self._environment, self._shell = environment, shell

    def write(self, template: str, root: str, title: str, **words: Any) -> str:
        """A page. `root`: the way from it to the front page ("", "../", "../../")."""
        given = {"json": "", **words}
        return self._environment.get_template(template).render(
            shell=self._shell, root=root, title=title, **given
        )


def environment(templates: Mapping[str, str]) -> Environment:
    """All that is put in is escaped; a name that nobody gives is a mistake, not an empty text."""
    return Environment(
        loader=DictLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
