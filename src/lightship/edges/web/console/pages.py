"""What stands on the console's pages."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lightship.edges.clock import Clock, now
from lightship.edges.operators.codes import uri
from lightship.edges.operators.desk import LONGEST, Entry, Foreseen
from lightship.edges.operators.people import ROLES, Person, Session
from lightship.edges.operators.works import FEED
from lightship.edges.web.console.answers import Answer, page
from lightship.edges.web.console.evidence import Evidence, evidence
from lightship.learn.obligations import Standing, standings
from lightship.tell.drafts import drafts
from lightship.tell.emergency import emergency_text
from lightship.tell.naming import CATEGORY_WORDS
from lightship.tell.outbox.words import update_message
from lightship.tell.site.facts import STATUS_WORDS
from lightship.tell.site.moments import Clock as Words
from lightship.tell.site.shell import ICON, small
from lightship.tell.where import services_words, told_scope, where_words
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.decisions import ChangeIncident, Publish, Send, WarnOperator
from lightship.vocabulary.diagnosis import Category
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.obligations import Obligation
from lightship.vocabulary.planned_work import Impact, PlannedWork
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.updates import Update

_TEMPLATES = Path(__file__).parent / "templates"
ACTS = {
    "say": "Publish an update", "confirm": "Confirm", "release-cause": "Publish the cause",
    "name-cause": "State the cause, for operators", "name-kind": "State the kind of cause, for operators",
    "close": "Close: it is over", "reopen": "Open again", "suppress": "Close: it was no outage of ours",
}  # fmt: skip


def owed_words(found: Standing, words: Words) -> tuple[str, str]:
    """How a rule stands, in words, and its mark: wrong for what has to be done."""
    at = f" at {words.when(found.at).words}" if found.at is not None else ""
    match found.state:
        case "met":
            return f"Reportable{at.replace(' at ', ' since ')}", "wrong"
        case "will be met":
            return f"Will be reportable{at}, if it lasts and stays as large", ""
        case "cannot tell":
            perhaps = f"; at the largest that it may be,{at}" if at else ""
            return f"Cannot tell: how many is not known closely enough{perhaps}", ""
        case "not met":
            return "Not reportable, by what is known", "t"


class Pages:
    """Makes pages.

    Args:
        stated: settings and map of just now; None before the hub is up.
        rules: what an outage obliges to.
    """

    def __init__(
        self, stated: Callable[[], tuple[Settings, NetworkMap] | None], clock: Clock = now,
        rules: tuple[Obligation, ...] = (),
    ) -> None:  # fmt: skip
        self._stated, self._clock, self._rules = stated, clock, rules
        self._paper = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._css = small((_TEMPLATES / "style.css").read_text("utf-8"))

    def trouble(self, status: int, words: str) -> Answer:
        """One sentence on what went wrong."""
        return self._page("trouble.html", status, "Something went wrong", words=words)

    def gone(self) -> Answer:
        """No such page."""
        return self.trouble(404, "There is no such page.")

    def sign_in(self, wrong: str, status: int = 200) -> Answer:
        """The form to sign in."""
        return self._page("sign_in.html", status, "Sign in", wrong=wrong)

    def join(self, name: str, word: str, secret: str, wrong: str = "", status: int = 200) -> Answer:
        """The forms by which somebody who was invited gets in for the first time."""
        stated = self._stated()
        provider = stated[1].provider if stated else ""
        address = uri(secret, name, provider) if secret else ""
        groups = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
        return self._page(
            "join.html", status, "Welcome", name=name, word=word, secret=groups, address=address, wrong=wrong
        )

    def incidents(self, session: Session, found: Sequence[Incident]) -> Answer:
        """All incidents, open ones first."""
        settings, network = self.known()
        words, at = Words(self._clock(), settings.zone), self._clock()
        rows = [
            {
                "id": each.id, "open": each.is_open, "status": STATUS_WORDS[each.status], "public": each.public,
                "what": services_words(each.scope.services, network), "where": where_words(told_scope(each), network),
                "since": words.when(each.onset.likeliest), "promise": words.maybe(each.next_update_by),
                "late": each.is_open and each.next_update_by is not None and each.next_update_by < at,
                "standing": each.diagnosis.standing if each.diagnosis else "nothing suspected yet",
            }
            for each in found
        ]  # fmt: skip
        return self._page("incidents.html", 200, "Incidents", session, rows=rows, now=words.full(at))

    def incident(
        self, session: Session, one: Incident, updates: Sequence[Update], wrong: str = "",
        tried: OperatorAct | None = None,
    ) -> Answer:  # fmt: skip
        """One incident: what is known, the evidence, what was said, and what can be done."""
        settings, network = self.known()
        words = Words(self._clock(), settings.zone)
        said = [
            (words.when(each.at), STATUS_WORDS[each.status], each.by, each.text) for each in reversed(updates)
        ]
        found: Evidence | None = evidence(one.diagnosis, network, words) if one.diagnosis else None
        return self._page(
            "incident.html", 422 if wrong else 200, f"Incident {one.id}", session, one=one,
            state=STATUS_WORDS[one.status], what=services_words(one.scope.services, network),
            where=where_words(told_scope(one), network), since=words.when(one.onset.likeliest),
            evidence=found, said=said, promise=words.maybe(one.next_update_by),
            late=one.is_open and one.next_update_by is not None and one.next_update_by < self._clock(),
            owed=[(each, *owed_words(each, words)) for each in standings(self._rules, one, self._clock())],
            drafts=drafts(one, network, settings), wrong=wrong, tried=tried, longest=LONGEST,
            kinds=[(each, CATEGORY_WORDS.get(each, each)) for each in get_args(Category)], acts=ACTS,
        )  # fmt: skip

    def preview(self, session: Session, one: Incident, act: OperatorAct, found: Foreseen) -> Answer:
        """What would be published, to the word, on each channel, and to how many."""
        at = self._clock()
        published = [each.update for each in found.decisions if isinstance(each, Publish)]
        letters = [
            update_message(each, found.settings, found.network, at, emergency_text(one, found.network))
            for each in published
        ]
        sent = [each for each in found.decisions if isinstance(each, Send)]
        warned = [each.text for each in found.decisions if isinstance(each, WarnOperator)]
        changed = [each.reason for each in found.decisions if isinstance(each, ChangeIncident)]
        return self._page(
            "preview.html", 200, "Before it is published", session, one=one, act=act, name=ACTS[act.act],
            both=list(zip(published, letters, strict=True)), sent=sent, warned=warned, changed=changed,
        )  # fmt: skip

    def record(self, session: Session, found: Sequence[Entry]) -> Answer:
        """Who did what."""
        settings, _ = self.known()
        words = Words(self._clock(), settings.zone)
        rows = [(each.seq, words.full(each.at), each.act) for each in found]
        return self._page("record.html", 200, "Who did what", session, rows=rows, acts=ACTS)

    def planned(
        self, session: Session, works: Sequence[PlannedWork] | None, wrong: str = "",
        tried: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """Announced work, ours and others', and the form for ours. `works` None: not switched on here."""
        settings, network = self.known()
        words = Words(self._clock(), settings.zone)
        names = network.component
        rows = [
            (
                each, words.full(each.starts), words.full(each.ends),
                ", ".join(names[one].name or one if one in names else one for one in each.subjects),
            )
            for each in works or ()
        ]  # fmt: skip
        return self._page(
            "planned.html", 422 if wrong else 200, "Planned work", session, rows=rows, wrong=wrong, tried=tried or {},
            on=works is not None, impacts=get_args(Impact), zone=settings.zone, ours=f"{FEED} ",
        )  # fmt: skip

    def people(self, session: Session, found: Sequence[Person]) -> Answer:
        """Who may get in."""
        settings, _ = self.known()
        words = Words(self._clock(), settings.zone)
        rows = [(each, words.full(each.made_at), words.maybe(each.ended_at)) for each in found]
        return self._page("people.html", 200, "People", session, rows=rows, roles=ROLES)

    def known(self) -> tuple[Settings, NetworkMap]:
        """Settings and map of just now; empty ones before the hub is up."""
        return self._stated() or (Settings(), NetworkMap("", "", "", (), (), (), (), ()))

    def _page(
        self, template: str, status: int, title: str, session: Session | None = None, **words: Any
    ) -> Answer:
        settings, network = self.known()
        html = self._paper.get_template(template).render(
            title=title, session=session, provider=network.provider, simulated=settings.simulated, css=self._css,
            icon=ICON, **words,
        )  # fmt: skip
        return page(status, html, self._css)
