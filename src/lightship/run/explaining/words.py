"""Short words that the terminal and the page share."""

from lightship.run.certifying.certificate import Certificate
from lightship.run.explaining.explanation import Explanation
from lightship.run.explaining.supposed import Supposed
from lightship.vocabulary.diagnosis import Diagnosis, NextTest
from lightship.vocabulary.time import MINUTE, Instant
from lightship.vocabulary.zones import local

NOT_PUBLIC = "For operators. Not for the public: names, sites and weak spots below are not published."
ONLY_THE_ODDS = "Nothing that was measured tells it apart; only the odds before the evidence do."

STANDING = {
    "under investigation": "Under investigation",
    "named to operators": "Named",
    "confirmed by a person": "Confirmed by a person",
}


def clock(at: Instant, zone: str) -> str:
    """The time of day with its day: "07:58 BST, 20 July 2016"."""
    there = local(at, zone)
    return f"{there:%H:%M} {there.tzname()}, {there.day} {there:%B %Y}"


def minutes(at: Instant, onset: Instant) -> str:
    """Since the onset: "+12 min"; hours from two on."""
    gone = (at - onset) / MINUTE
    return f"{gone:+.0f} min" if abs(gone) < 120 else f"{gone / 60:+.1f} h"


def named(found: Explanation, component: str) -> str:
    """Its name on the map with its id."""
    name = found.names.get(component, "")
    return f"{name} ({component})" if name and name != component else component


def headline(found: Explanation) -> str:
    """The answer in one sentence."""
    diagnosis = found.diagnosis
    if diagnosis.neighbour:
        return "The evidence points to another network; ours looks healthy."
    if diagnosis.chosen is None:
        return "None of the components on the map explains it."
    more = len(diagnosis.members) - 1
    others = f", or {more} more that the evidence cannot tell from it" if more else ""
    return f"{named(found, diagnosis.chosen)}{others}."


def how_sure(found: Explanation) -> str:
    """The margin with what it means."""
    diagnosis = found.diagnosis
    if diagnosis.chosen is None:
        return "No class, so no margin."
    verb = "is named" if diagnosis.standing != "under investigation" else "is not named: that takes"
    from_ = "from" if diagnosis.standing != "under investigation" else ""
    return (
        f"{diagnosis.margin:.1f} nats over the best explanation without it; right with probability "
        f"{diagnosis.probability:.3f}. A cause {verb} {from_} {found.names_from:g} nats".replace("  ", " ")
        + "."
    )


def accounts_for(diagnosis: Diagnosis) -> str:
    """What it explains and what it does not, counted."""
    e = diagnosis.explained
    by_chance = f"; {e.by_chance:.1f} would be by chance" if e.by_chance else ""
    in_all = f" ({e.down_in_all} are down in all{by_chance})" if e.down_in_all else ""
    return (
        f"{e.down_seen} of {e.down_predicted} rows that it predicts down are down{in_all}. "
        f"{e.up_though_predicted} of them are clearly up. {e.unexplained} rows are down without it."
    )


def weak_spots(found: Explanation) -> tuple[str, ...]:
    """What nobody would see, what nobody misses yet, and where the map may be wrong."""
    diagnosis = found.diagnosis
    return (
        *(f"blind: {each}" for each in diagnosis.blind_spots),
        *(
            f"redundancy lost: {named(found, each)} is out, and nothing shows while what stands in for it holds"
            for each in diagnosis.redundancy_lost
        ),
        *(
            f"the map in doubt: what fails at {named(found, each)} is not explained; an edge may be missing there"
            for each in diagnosis.map_doubts
        ),
    )


def observers(diagnosis: Diagnosis) -> str:
    """How the observers were taken to err; empty: none had anything to say."""
    noise, told = diagnosis.noise, []
    if noise.false_alarm is not None:
        told.append(f"a probe fails by itself in {noise.false_alarm:.1%}")
    if noise.miss is not None:
        told.append(f"answers though its path is out in {noise.miss:.1%}")
    if noise.reports is not None:
        told.append(f"a row expects {noise.reports:.2g} reports with all well")
    return f"Taken for how observers err (medians): {', '.join(told)}." if told else ""


def outcomes(test: NextTest) -> tuple[str, ...]:
    """What each answer of a test would mean."""
    return tuple(
        f"{each.result} (chance {each.probability:.0%}): "
        + ", ".join(f"{belief.name} {belief.probability:.0%}" for belief in each.then[:3])
        for each in test.outcomes
    )


def check(found: Explanation) -> str:
    """Whether the record could be made again."""
    if found.agrees is None:
        return "The record has no class, so there is no margin to make again."
    if found.agrees:
        way = f"{found.refolded:,} decisions on the way"
        return f"The margin was made again from the log's events and is the record's ({way})."
    return "The margin made again from the log differs from the record: another version of Lightship made the record."


def certified(certificate: Certificate) -> str:
    """What holding it against the best explanation came to."""
    match certificate.verdict:
        case "optimal":
            told = "Proven: no explanation scores higher."
        case "better found":
            best = " and ".join(certificate.best) or "nothing is out"
            told = f"The search has failed: {best} scores {certificate.gap:.2f} nats higher."
        case "not proven":
            told = "Nothing that scores higher was found; that nothing does is not proven."
    return f"{told}{_margin_certified(certificate)}"


def _margin_certified(certificate: Certificate) -> str:
    if certificate.margin is None:
        return ""
    proof = ", proven" if certificate.margin_proven else " over the best that was found"
    return f" Margin over the best without the class: {certificate.margin:.2f} nats{proof}."


def certified_how(certificate: Certificate) -> str:
    """What was done for it, and why it is not a proof."""
    why = f" No proof, since {certificate.why_not}." if certificate.why_not else ""
    return f"{certificate.how}, {certificate.seconds:g} s.{why}"


def supposing(found: Supposed) -> str:
    """What more observations would change."""
    if found.after == found.before:
        how = "a search finds" if found.searched else "without a search, since nothing can have overtaken it,"
        same = f"the same ({_margins(found)})" if found.before else "none of the components, as before"
        return f"{how} {same}."
    then = "; ".join(" or ".join(members[:3]) for members in found.after) or "none of the components"
    return f"the best explanation would be {then} ({_margins(found)})."


def _margins(found: Supposed) -> str:
    was, now = (
        "no margin" if each is None else f"{each:.1f} nats"
        for each in (found.margin_before, found.margin_after)
    )
    return f"margin {was} before, {now} then"


def short_name(found: Explanation) -> str:
    """The chosen component's name, or what there is instead."""
    chosen = found.diagnosis.chosen
    return "the explanation" if chosen is None else found.names.get(chosen, "") or str(chosen)
