"""The page on which people report a problem: closed choices, no name, no script."""

from lightship.tell.site.documents import head, write
from lightship.tell.site.paper import Paper
from lightship.tell.site.view import View
from lightship.vocabulary.services import Service
from lightship.vocabulary.signals import Symptom

SYMPTOMS: dict[Symptom, str] = {
    "no-service": "It does not work at all",
    "intermittent": "It comes and goes",
    "slow": "It is very slow",
    "some-sites": "Some sites or numbers work, others do not",
    "cannot-log-in": "I cannot log in",
    "wrong-answer": "It shows errors or the wrong thing",
    "other": "Something else",
}
"""What people may say, in the order in which they are asked."""

TRIES = (
    "Does it fail on another device, too? If only one device is affected, restart that one.",
    "Switch your router off, wait half a minute, and switch it on again. It takes a few minutes to come back.",
    "Try over mobile data, if you have it. If it works there, your line is the likelier place of the fault.",
)
"""What anybody can try who is alone with a fault, as far as we know. None of it does harm."""

STYLE = (
    "fieldset{border:0;margin:0;padding:0;flex:0 0 100%}legend{font-weight:600}"
    ".o{display:flex;gap:.7rem;align-items:baseline;padding:.4rem 0;font-weight:400}"
    ".o input{flex:none;width:1.3rem;height:1.3rem;margin:0;translate:0 .2rem}"
)
"""What this page needs beyond what all share: it stands here, so that the others do not carry it."""


def report_page(view: View, paper: Paper) -> str:
    """The form. What our own process answers is put in the place of what stands between its marks."""
    return paper.write(
        "report.html", "../", "Report a problem", services=reportable(view), symptoms=list(SYMPTOMS.items()),
        places=view.has_places, brands=view.situation.network.brands, extra=STYLE,
    )  # fmt: skip


def choices_document(view: View) -> str:
    """`report/choices.json`: what a report may say."""
    network = view.situation.network
    return write(
        head(view)
        | {
            "services": {each.id: each.name for each in reportable(view)}, "symptoms": SYMPTOMS,
            "brands": {each.id: each.name for each in network.brands}, "tries": TRIES,
            "failing": sorted({service for one in view.open for service in one.services}),
        }
    )  # fmt: skip


def reportable(view: View) -> tuple[Service, ...]:
    """Services that reports are counted for: those that have service areas, in the map's order."""
    counted = {each.service for each in view.situation.network.service_areas}
    return tuple(each for each in view.situation.network.services if each.id in counted)
