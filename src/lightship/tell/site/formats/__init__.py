"""The same news in shapes that other programs and other ears know already.

`statuspage`: the API that most status pages speak. `atom`: a feed. `plain`: to be read on a terminal, or out loud.
`badge`: a small picture. `calendar`: planned work. To add one: a file here, and a line in `all_formats`.
"""

from lightship.tell.site.formats.atom import feed
from lightship.tell.site.formats.badge import badge
from lightship.tell.site.formats.calendar import calendar
from lightship.tell.site.formats.plain import plain_text
from lightship.tell.site.formats.statuspage import statuspage
from lightship.tell.site.view import View


def all_formats(view: View) -> dict[str, str]:
    """Text by path below the root."""
    return {
        "feed.atom": feed(view), "status.txt": plain_text(view), "badge.svg": badge(view),
        "planned/calendar.ics": calendar(view),
        **statuspage(view),
    }  # fmt: skip
