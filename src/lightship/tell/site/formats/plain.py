"""The page as plain text: for a terminal, for a bad line, and to be read out over the telephone.

Short sentences, the most important first, no tables, no symbols that a voice would stumble over.
"""

from collections.abc import Iterator
from textwrap import fill

from lightship.tell.site.facts import Facts
from lightship.tell.site.front import lead
from lightship.tell.site.view import View

WIDTH = 78


def plain_text(view: View) -> str:
    """`status.txt`."""
    return "\n\n".join(fill(each, WIDTH, break_long_words=False) for each in _said(view)) + "\n"


def _said(view: View) -> Iterator[str]:
    situation, settings = view.situation, view.situation.settings
    if settings.simulated:
        yield "Simulation. Nothing in this text is happening."
    yield f"{situation.network.provider}: service status."
    yield lead(view).headline
    found = [view.facts[one.incident.id] for one in view.open]
    for number, facts in enumerate(found):
        if number:
            yield facts.headline
        yield from _facts(facts)
    yield from dict.fromkeys(text for facts in found for text in facts.emergency)
    yield _promise(view)


def _facts(facts: Facts) -> Iterator[str]:
    yield f"Since when: {_since(facts)}"
    yield f"How many: {facts.how_many or 'not known yet'}."
    yield f"Why: {facts.why or 'not known yet'}."
    if facts.steps:
        yield "What to do: " + " ".join(each if each.endswith(".") else f"{each}." for each in facts.steps)
    yield f"When is it back: {_back(facts)}"


def _since(facts: Facts) -> str:
    return f"about {facts.since.words}." if facts.since else "not known yet."


def _back(facts: Facts) -> str:
    back = facts.back
    if back.since:
        return f"all that we see has looked healthy since {back.since.words}."
    if back.now:
        return f"an even chance by {back.now.half.words}, nine in ten by {back.now.most.words}."
    return "not known yet."


def _promise(view: View) -> str:
    published = view.clock.full(view.situation.at).words
    if view.promise is None:
        return f"Published at {published}."
    due = view.clock.full(view.promise).words
    return f"Published at {published}. To be updated by {due}; if it is later than that now, this is an old copy."
