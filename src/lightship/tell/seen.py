"""From how many networks something was seen, in words. Networks are counted, never named: they may be third parties."""

from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.settings import Settings


def in_brackets(incident: Incident, settings: Settings) -> str:
    """For headlines: " (seen from one place)"; empty where nothing is to be said."""
    if incident.partial is not None:
        return "" if incident.green_since is not None else f" ({_partly(incident)})"
    return " (seen from one place)" if settings.one_vantage else ""


def in_a_sentence(incident: Incident, settings: Settings) -> str:
    """For the end of a sentence, with its comma; empty where nothing is to be said."""
    if incident.partial is not None:
        return f", {_partly(incident)}"
    if settings.one_vantage:
        return ", seen from one place"
    if settings.seen_from and incident.networks > 1:
        return f", seen from {incident.networks} networks"
    return ""


def _partly(incident: Incident) -> str:
    """ "from 1 of the 3 networks that we test from, over IPv6 only" """
    assert incident.partial is not None, "only called where there is a division"
    part = incident.partial
    over = f"over IPv{part.family} only" if part.family else ""
    where = f"in {part.region} only" if part.region else ""
    how_many = f"{part.of}" if part.failing == part.of else f"{part.failing} of {part.of}"
    networks = f"seen from {how_many} networks" if part.of > 1 else ""
    return ", ".join(each for each in (networks, over, where) if each)


def at_present(settings: Settings) -> str:
    """For the foot of the page: from how many places it sees now; empty where that is not counted."""
    if settings.one_vantage:
        return "What is said here was seen from one place."
    if settings.seen_from:
        return f"We test from {settings.seen_from} networks at present."
    return ""
