"""Numbers that no test call may go to: emergency and other special services, and those that cost extra.

A probe calls every minute, for years. One that rings in an emergency control room takes a place from somebody in need,
so the refusal stands in the code and no configuration lifts it.

Sources: 3GPP TS 22.101, 10.1.1 (112, 911, 000, 08, 110, 999, 118, 119); ITU-T E.161.1; RFC 5031 (sos); Ofcom, National
Telephone Numbering Plan (100 to 159, 116xxx, 118xxx, 070, 084, 087, 09); ITU-T E.169.2 (+979); ITU-T E.164 list of
assigned codes (+870, +878, +881 to +883, +888); North American Numbering Plan (900, 976).
"""

import re
from urllib.parse import unquote

EMERGENCY = frozenset({
    "000", "08", "100", "101", "102", "103", "104", "105", "106", "107", "108", "110", "111", "112", "113",
    "114", "115", "116", "117", "118", "119", "120", "122", "123", "128", "132", "133", "140", "144", "15",
    "17", "18", "18000", "190", "191", "192", "193", "194", "195", "197", "198", "199", "061", "062", "065",
    "066", "085", "088", "911", "988", "995", "997", "998", "999",
})  # fmt: skip
"""Of whatever country: a call may be routed by another country's plan than one thinks."""

_SHORT = re.compile(r"\d{1,3}")
_COSTLY = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (r"09\d{7,9}|090\d*", "a premium rate number"),
        (r"0(84|87)\d*", "a number with a service charge"),
        (r"070\d*", "a personal number, which costs extra"),
        (r"118\d{1,4}", "a directory enquiry service"),
        (r"116\d{3}", "a service of social value, such as a helpline"),
        (r"1?900\d{7}|1\d{3}976\d{4}", "a premium rate number"),
    )
)  # fmt: skip
_COSTLY_ABROAD = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (r"44(9|8[47]|70|118|116).*", "a British number that costs extra, or a special service"),
        (r"1900\d*|1\d{3}976\d{4}", "a premium rate number"),
        (r"979\d*", "an international premium rate number"),
        (r"(870|878|88[1-38])\d*", "a satellite or international network"),
        (r"33(8[19])\d*|49(900|0?137|180)\d*|31(90)\d*|39(89)\d*|34(80[3679]|90[57])\d*|35315\d*",
         "a number that costs extra"),
    )
)  # fmt: skip


def refused(number: str) -> str | None:
    """Why this is not called; None: it may be.

    Args:
        number: the user part of a SIP address, or of `tel:`; a name, such as `echo`, is no number.

    >>> refused("echo"), refused("01632 960123"), refused("+44 1632 960123"), refused("*43")
    (None, None, None, None)
    >>> refused("9-112")
    'an emergency or special service'
    >>> refused("+44 909 8790123")
    'a British number that costs extra, or a special service'
    """
    said = unquote(number).lower().removeprefix("tel:").partition(";")[0].partition("@")[0]
    if said == "sos" or said.startswith(("sos.", "urn:")):
        return "an emergency or special service"
    dialled = re.sub(r"[-.()\s/*#]", "", said)
    if not re.fullmatch(r"\+?\d+", dialled):
        return None
    abroad = _abroad(dialled)
    if _is_emergency(dialled.lstrip("+"), abroad):
        return "an emergency or special service"
    if _SHORT.fullmatch(dialled) and "*" not in said and "#" not in said:
        return "a short code, which may be a special service"
    return _costly(dialled, abroad)


def _abroad(dialled: str) -> str | None:
    """The digits from the country code on; None for a number within a country."""
    for prefix in ("+", "00", "011", "900"):  # 900: an outside line, then abroad
        if dialled.startswith(prefix):
            return dialled.removeprefix(prefix)
    return None


def _is_emergency(digits: str, abroad: str | None) -> bool:
    """Also behind a digit for an outside line (0, 9), and behind a country code."""
    behind = [digits, *(digits[1:] for each in "09" if digits.startswith(each))]
    behind += [abroad[k:] for k in (0, 1, 2, 3)] if abroad is not None else []
    return any(each in EMERGENCY for each in behind)


def _costly(dialled: str, abroad: str | None) -> str | None:
    outside = [dialled, *(dialled[1:] for each in "09" if dialled.startswith(each))]
    tried = [(_COSTLY, each) for each in outside] + ([(_COSTLY_ABROAD, abroad)] if abroad is not None else [])
    return next((why for table, each in tried for pattern, why in table if pattern.fullmatch(each)), None)
