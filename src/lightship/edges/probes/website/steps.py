"""One step of a visit, as an operator writes it, and what stands in braces in it."""

import re
from collections.abc import Mapping

import msgspec

from lightship.edges.probes.scripts import pattern, step_name

_BRACES = re.compile(r"\{([a-z][a-z0-9_:-]*)\}")
_DOES = ("get", "form", "press", "post")


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Go somewhere, and look whether it is what it should be. One of `get`, `form`, `press` and `post`.

    Args:
        step: its name, which is the stage.
        get: an address to open. post: one to send `fields` to.
        form: fields to fill in on the page that is open; user and password go where they belong by themselves.
        which: the id or name of the form, where there are several.
        press: text of a link or a button, as a pattern. if_there: nothing is wrong where there is none.
        keep: names for what patterns find on the page that comes, for later `{name}`.
        status: lowest and highest that is good. contains, absent: text. at: how the path where it ends begins.
        always: also when an earlier step has failed, once the password was sent.
    """

    step: str
    get: str = ""
    form: dict[str, str] | None = None
    which: str = ""
    press: str = ""
    if_there: bool = False
    post: str = ""
    fields: dict[str, str] = {}
    keep: dict[str, str] = {}
    status: tuple[int, int] = (200, 299)
    contains: str = ""
    absent: str = ""
    at: str = ""
    always: bool = False

    def __post_init__(self) -> None:
        step_name(self.step)
        found = [each for each in _DOES if getattr(self, each) not in ("", None)]
        if len(found) != 1:
            raise ValueError(
                f"step {self.step}: {' and '.join(found) or 'nothing'} to do; one of {', '.join(_DOES)}"
            )
        if re.search(r"\{secret[}:]", self.get + self.press + self.post):
            raise ValueError(
                f"step {self.step}: a password in an address would stand in every log on its way"
            )
        for name, said in self.keep.items():
            if pattern(said, f"keep {name}").groups != 1:
                raise ValueError(f"step {self.step}: keep {name}: one (group) says what is kept")
        pattern(self.press, "press")


USUAL = (
    Step("page", get="{path}"),
    Step("login", form={}),
    Step("log-out", press=r"(log|sign) ?(out|off)|abmelden|déconnexion", if_there=True, always=True),
)
"""What is done where nobody says: open the page, fill in the form that asks for a password, and leave again."""


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put in what stands in braces. Raises KeyError with the name that nothing stands behind."""
    return _BRACES.sub(lambda found: values[found[1]], text)
