"""Small pages that stand on their own, for when no published page fits."""

from html import escape

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
)


def small_page(title: str, text: str, simulated: bool) -> bytes:
    """A page of one heading and one sentence, with the way to the front page."""
    band = "<p><b>Simulation.</b> Nothing on this page is happening.</p>" if simulated else ""
    mark = "SIMULATION: " if simulated else ""
    return (
        f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{mark}{escape(title)}</title><style>{_STYLE}</style><main>{band}<h1>{escape(title)}</h1>"
        f'<p>{escape(text)}</p><p><a href="/">Front page</a></p></main></html>\n'
    ).encode()
