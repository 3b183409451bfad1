"""web://user@host/path - can somebody log in to a website, and see what is theirs? Pages and forms, step by step."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urljoin, urlsplit

from lightship.edges.probes.probe import Check, Result, StepName
from lightship.edges.probes.stages import Course, Failed
from lightship.edges.probes.website.pages import Form, Page
from lightship.edges.probes.website.steps import USUAL, Step, filled
from lightship.edges.probes.website.visit import Visit, shown
from lightship.vocabulary.errors import BadInput


class WebProbe:
    """Up when every step leads to what it should: each is a stage, in the operator's own words.

    Without steps: open the page, fill in the form that asks for a password, and log out. A page that asks for the
    password again means that it was refused.
    """

    default_port = 443
    options: Mapping[str, frozenset[str]] | None = {
        "over": frozenset({"https", "http"}),
        "password-to": frozenset(),
    }
    takes_login = True
    step_type = Step

    def agree(self, check: Check) -> None:
        """What stands in braces has to stand for something, by the time it is wanted."""
        known = set(_values(check))
        for each in check.steps:
            for text in (each.get, each.post, *(each.form or {}).values(), *each.fields.values()):
                for name in re.findall(r"\{([a-z][a-z0-9_:-]*)\}", text):
                    if name not in known:
                        would = f"known by then: {', '.join(sorted(known))}"
                        raise BadInput(
                            repr(check.address), f"step {each.step}: nothing stands for {{{name}}}", would
                        )
            known |= set(each.keep)
        to = check.options.get("password-to")
        if to is not None and not to.startswith("https://"):
            raise BadInput(repr(check.address), f"password-to={to}", "write https://HOST")

    async def measure(self, check: Check) -> Result:
        """From the first page to the last."""
        course = Course(check)
        values = _values(check)
        try:
            async with Visit(course) as visit:
                await _walk(visit, check.steps or USUAL, values)
                page = visit.page
        except Failed as failed:
            return course.down(failed)
        said = f"status {page.status}" if page is not None else "nothing was opened"
        return course.up(said, figures={"status": float(page.status)} if page is not None else {})


def _values(check: Check) -> dict[str, str]:
    named = {f"secret:{name}": each.value for name, each in check.secrets.items()}
    return {
        "user": check.user,
        "secret": check.secret.value,
        "path": check.path or "/",
        "host": check.host,
    } | named


async def _walk(visit: Visit, steps: tuple[Step, ...], values: dict[str, str]) -> None:
    """One step after the other; when one fails, only those that leave again."""
    trouble: Failed | None = None
    for step in steps:
        if trouble is not None and not (step.always and visit.sent_password):
            continue
        try:
            await _done(visit, step, values)
        except Failed as failed:
            trouble = trouble or failed
    if trouble is not None:
        raise trouble


async def _done(visit: Visit, step: Step, values: dict[str, str]) -> None:
    stage = StepName(step.step)
    with visit.course.at(stage):
        told = visit.sent_password
        page = await _moved(visit, step, stage, values)
        if page is None:
            return
        _judge(step, stage, page, asked=visit.sent_password and not told)
        for name, said in step.keep.items():
            found = re.search(said, page.text)
            if found is None:
                raise Failed(stage, "wrong-answer", f"nothing on the page fits keep {name}")
            values[name] = found[1]


async def _moved(visit: Visit, step: Step, stage: StepName, values: dict[str, str]) -> Page | None:
    """Where the step leads; None: there was nothing to press, and that is no trouble."""
    here = visit.page.address if visit.page is not None else visit.home + "/"
    if step.get:
        return await visit.go(stage, "GET", _address(here, filled(step.get, values)))
    if step.post:
        fields = [(name, filled(said, values)) for name, said in step.fields.items()]
        secret = any("{secret" in said for said in step.fields.values())
        return await visit.go(stage, "POST", _address(here, filled(step.post, values)), fields, secret)
    if visit.page is None:
        raise Failed(stage, "wrong-answer", "no page is open yet")
    if step.form is not None:
        return await _sent(visit, visit.page, step, stage, values)
    return await _pressed(visit, visit.page, step, stage)


async def _sent(visit: Visit, page: Page, step: Step, stage: StepName, values: dict[str, str]) -> Page:
    said = step.form or {}
    form = page.form(step.which, set(said))
    if form is None:
        wanted = f"called {step.which}" if step.which else f"with {', '.join(said) or 'a password'}"
        raise Failed(stage, "wrong-answer", f"status {page.status}, and no form {wanted} on the page")
    fields = {name: filled(text, values) for name, text in said.items()}
    secret = any("{secret" in text for text in said.values())
    password, user = form.password(), form.user()
    if password is not None and password.name not in fields and values["secret"]:
        fields[password.name], secret = values["secret"], True
        if user is not None and user.name not in fields:
            fields[user.name] = values["user"]
    return await _submitted(visit, form, stage, form.filled(fields), secret)


async def _submitted(
    visit: Visit, form: Form, stage: StepName, fields: list[tuple[str, str]], secret: bool
) -> Page:
    if form.method == "post":
        return await visit.go(stage, "POST", form.action, fields, secret)
    if secret:
        raise Failed(
            stage, "not-protected", "the form would put the password into the address: it was not sent"
        )
    return await visit.go(stage, "GET", _with_query(form.action, fields))


async def _pressed(visit: Visit, page: Page, step: Step, stage: StepName) -> Page | None:
    """On the page that is open; for what is always done, also on the ones before: an error page has no way out."""
    pages = [page, *reversed(visit.before)] if step.always else [page]
    presses = (each.press(re.compile(step.press, re.IGNORECASE)) for each in pages)
    found = next((each for each in presses if each is not None), None)
    if found is None:
        if step.if_there:
            return None
        raise Failed(
            stage, "wrong-answer", f"status {page.status}, and nothing to press that fits {step.press!r}"
        )
    if isinstance(found, str):
        return await visit.go(stage, "GET", found)
    form, button = found
    own = {button.name: button.value} if button.name else {}
    return await _submitted(visit, form, stage, form.filled(own), secret=False)


def _judge(step: Step, stage: StepName, page: Page, asked: bool) -> None:
    """Raise Failed where the page is not what it should be. `asked`: the password was sent in this step."""
    low, high = step.status
    if asked and (page.status in (401, 403) or page.asks_for_a_password()):
        raise Failed(stage, "login-refused", f"status {page.status}, and the page still asks for a password")
    if not low <= page.status <= high:
        raise Failed(
            stage, "server-failed" if page.status >= 500 else "wrong-status", f"status {page.status}"
        )
    if step.contains and step.contains not in page.text:
        raise Failed(stage, "wrong-answer", f"status {page.status}, but the expected text is not on the page")
    if step.absent and step.absent in page.text:
        raise Failed(stage, "wrong-answer", f"status {page.status}, and on the page is what should not be")
    _judge_place(step, stage, page)


def _judge_place(step: Step, stage: StepName, page: Page) -> None:
    if step.at and not urlsplit(page.address).path.startswith(step.at):
        raise Failed(stage, "wrong-answer", f"this ends at {shown(page.address)}, not at {step.at}")


def _address(here: str, said: str) -> str:
    return urljoin(here, said)


def _with_query(action: str, fields: list[tuple[str, str]]) -> str:
    """A form that is sent with GET: its fields become the query."""
    return urlsplit(action)._replace(query=urlencode(fields), fragment="").geturl()
