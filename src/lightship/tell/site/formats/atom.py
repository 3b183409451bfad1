"""A feed for whoever follows by reader: one entry an update, whose id never changes. RFC 4287."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from lightship.tell.site.addresses import incident_address
from lightship.tell.site.shown import Shown
from lightship.tell.site.view import View
from lightship.vocabulary.time import Instant, iso
from lightship.vocabulary.updates import Update

MOST = 50
"""Entries: the newest."""
NEVER = Instant(0)
"""When a feed changed last in which nothing was ever said."""


def feed(view: View, of: Sequence[Shown] | None = None, name: str = "", folder: str = "") -> str:
    """A feed of some incidents, or of all.

    Args:
        of: the incidents; None: all that the public was told of.
        name: what they have in common, for the title. folder: where the feed lies, with its slash; empty: the root.
    """
    situation = view.situation
    entries = sorted(
        ((each, one) for one in (view.all if of is None else of) for each in one.updates),
        key=lambda pair: (-pair[0].at, pair[0].incident, -pair[0].number),
    )[:MOST]
    mark = "SIMULATION: " if situation.settings.simulated else ""
    provider = situation.network.provider or "service status"
    title = f"{mark}{provider}: {name}" if name else f"{mark}{provider}"
    newest = entries[0][0].at if entries else NEVER
    address = situation.settings.address
    links = f'<link rel="alternate" href={quoteattr(f"{address}/{folder}")}/>'
    if address:
        links += f'<link rel="self" href={quoteattr(f"{address}/{folder}feed.atom")}/>'
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">'
        f"<id>{escape(_tag(view, f'feed:{folder}' if folder else 'feed'))}</id><title>{escape(title)}</title>"
        f"<updated>{iso(newest)}</updated>{links}"
        f"<author><name>{escape(situation.settings.runs_it or provider)}</name></author>\n"
        + "".join(_entry(view, one, each, mark) for each, one in entries)
        + "</feed>\n"
    )


def _entry(view: View, one: Shown, each: Update, mark: str) -> str:
    address = f"{view.situation.settings.address}/{incident_address(each.incident)}"
    about = "".join(f"<category term={quoteattr(service)}/>" for service in one.services)
    said = f"{each.headline}\n\n{each.text}"
    return (
        f"<entry><id>{escape(_tag(view, f'{each.incident}.{each.number}'))}</id>"
        f"<title>{escape(f'{mark}{each.status.capitalize()}: {each.headline}')}</title>"
        f"<updated>{iso(each.at)}</updated><published>{iso(each.at)}</published>"
        f'<link rel="alternate" href={quoteattr(address)}/>{about}'
        f'<content type="text">{escape(said)}</content></entry>\n'
    )


def _tag(view: View, what: str) -> str:
    """A name that stays the same wherever the page moves to (RFC 4151); the map's id tells deployments apart."""
    host = view.situation.settings.address.partition("://")[2].partition("/")[0] or "lightship.invalid"
    return f"tag:{host},2026:{view.situation.network.id or 'page'}:{what}"
