"""A badge: one picture of one word for other people's pages. Its title says the same to whoever cannot see it."""

from xml.sax.saxutils import escape

from lightship.tell.site.formats.gravity import Gravity, gravity
from lightship.tell.site.view import View

WORDS: dict[Gravity | None, tuple[str, str]] = {
    None: ("no problem known", "#4b5965"), "minor": ("some problems", "#7a4a00"), "major": ("outage", "#a8201a"),
    "critical": ("major outage", "#a8201a"),
}  # fmt: skip
"""Words and colour; white on each has a contrast of 6:1 or more."""

LETTER = 6.6
"""Width of a letter at 11 pixels, on average, with room to spare."""


def badge(view: View) -> str:
    """`badge.svg`."""
    name = view.situation.network.provider or "status"
    simulated = view.situation.settings.simulated
    words, colour = WORDS[gravity(view.open)]
    left = f"{'SIMULATED ' if simulated else ''}{name}"
    first, second = round(len(left) * LETTER) + 16, round(len(words) * LETTER) + 16
    title = escape(f"{left}: {words}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{first + second}" height="22" role="img" aria-label='
        f'"{title.replace(chr(34), "&quot;")}"><title>{title}</title>'
        f'<rect width="{first}" height="22" fill="#16212c"/>'
        f'<rect x="{first}" width="{second}" height="22" fill="{colour}"/>'
        '<g fill="#fff" font-family="system-ui,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{first / 2:g}" y="15">{escape(left)}</text>'
        f'<text x="{first + second / 2:g}" y="15">{words}</text></g></svg>\n'
    )
