"""What a page offers: its forms with all that stands in them, its links and its buttons.  HTML, read leniently."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import msgspec

_TYPED = frozenset({"text", "email", "tel", "", "search", "url"})
_NEVER_SENT = frozenset({"submit", "button", "image", "reset", "file"})


class Field(msgspec.Struct):
    """One field of a form, with what stands in it. `kind`: the type of an input, `select` or `textarea`."""

    name: str
    value: str
    kind: str = ""


class Form(msgspec.Struct):
    """One form. `buttons`: what stands on each, with its name and value."""

    action: str
    method: str
    id: str = ""
    name: str = ""
    fields: list[Field] = []
    buttons: list[tuple[str, Field]] = []

    def password(self) -> Field | None:
        """Where a password goes."""
        return next((each for each in self.fields if each.kind == "password"), None)

    def user(self) -> Field | None:
        """Where a user's name goes: the last field to type in before the password."""
        before = None
        for each in self.fields:
            if each.kind == "password":
                return before
            if each.kind in _TYPED:
                before = each
        return None

    def filled(self, values: dict[str, str]) -> list[tuple[str, str]]:
        """What is sent: everything that stands in it, hidden fields too, and the values on top."""
        sent = [
            (each.name, values.get(each.name, each.value))
            for each in self.fields
            if each.name and (each.kind not in ("checkbox", "radio") or each.value)
        ]
        return sent + [(name, value) for name, value in values.items() if name not in dict(sent)]


class Page(msgspec.Struct):
    """One page, as it came."""

    address: str
    status: int
    text: str
    forms: list[Form] = []
    links: list[tuple[str, str]] = []

    def form(self, which: str, names: set[str]) -> Form | None:
        """By id or name; else the one with a password, or with all the fields, or the only one."""
        if which:
            return next((each for each in self.forms if which in (each.id, each.name)), None)
        fit = [each for each in self.forms if names <= {field.name for field in each.fields}]
        secret = [each for each in fit if each.password() is not None]
        return next(iter([*secret, *(fit if names or len(self.forms) == 1 else [])]), None)

    def asks_for_a_password(self) -> bool:
        """Whether somebody who is logged in would see this."""
        return any(each.password() is not None for each in self.forms)

    def press(self, pattern: re.Pattern[str]) -> str | tuple[Form, Field] | None:
        """The address of a link, or a form with its button, whose text matches."""
        for text, target in self.links:
            if pattern.search(text):
                return target
        for form in self.forms:
            for text, button in form.buttons:
                if pattern.search(text):
                    return form, button
        return None


def read(address: str, status: int, text: str) -> Page:
    """A page, from its HTML; what is no HTML has no forms."""
    page = Page(address, status, text)
    reader = _Reader(page)
    reader.feed(text)
    reader.close()
    return page


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self._page, self._base = page, page.address
        self._form: Form | None = None
        self._link: str | None = None
        self._button: Field | None = None
        self._select: Field | None = None
        self._area: Field | None = None
        self._said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "base" and said.get("href"):
            self._base = urljoin(self._page.address, said["href"])
        elif tag == "form":
            action = urljoin(self._base, said["action"]) if said.get("action") else self._page.address
            self._form = Form(
                action, said.get("method", "get").lower(), said.get("id", ""), said.get("name", "")
            )
            self._page.forms.append(self._form)
        elif tag == "a" and "href" in said:
            self._link, self._said = urljoin(self._base, said["href"]), []
        elif self._form is not None and "disabled" not in said:
            self._field(self._form, tag, said)

    def _field(self, form: Form, tag: str, said: dict[str, str]) -> None:
        made = Field(said.get("name", ""), said.get("value", ""), said.get("type", "").lower())
        if tag == "input" and made.kind in _NEVER_SENT:
            form.buttons.append((made.value or said.get("alt", ""), made))
        elif tag == "input":
            if made.kind in ("checkbox", "radio"):
                made.value = (made.value or "on") if "checked" in said else ""
            form.fields.append(made)
        elif tag == "button" and made.kind in ("", "submit"):
            self._button, self._said = made, []
            form.buttons.append(("", made))
        elif tag == "select":
            self._select = Field(made.name, "", "select")
            form.fields.append(self._select)
        elif tag == "option" and self._select is not None and ("selected" in said or not self._select.value):
            self._select.value = made.value
        elif tag == "textarea":
            self._area, self._said = Field(made.name, "", "textarea"), []
            form.fields.append(self._area)

    def handle_data(self, data: str) -> None:
        if self._link is not None or self._button is not None or self._area is not None:
            self._said.append(data)

    def _text(self) -> str:
        return " ".join("".join(self._said).split())

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self._page.links.append((self._text(), self._link))
            self._link = None
        elif tag == "button" and self._button is not None and self._form is not None:
            self._form.buttons[-1] = (self._text() or self._button.value, self._button)
            self._button = None
        elif tag == "textarea" and self._area is not None:
            self._area.value, self._area = "".join(self._said).lstrip("\n"), None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._form = None
