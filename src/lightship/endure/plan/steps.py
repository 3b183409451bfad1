"""Which steps still work, given what has failed and what the firm says of itself."""

from lightship.endure.plan.facts import Firm, Service
from lightship.endure.plan.playbook import NEEDS, Condition, Need, Playbook, Step


def working(out: Service, firm: Firm) -> frozenset[Need]:
    """What can be relied on while a service is out. What is not known is not relied on."""
    lost: set[Need] = {
        "broadband": {"broadband"},
        "voice": {"voice"},
        "email": {"email"},
        "mobile": {"mobile"},
        "power": {"mains", "broadband"},
    }[out]  # type: ignore[assignment]  # a dict of literals is read as one of str
    if "broadband" in lost and firm.digital_voice is not False:
        lost.add("voice")
    # Getting online wants a router with power and a line, or a second way, which goes over the mobile network.
    if "broadband" in lost and (not firm.second_line or "mobile" in lost):
        lost.add("online")
    if "online" in lost:
        lost.add("email")
    return frozenset(NEEDS) - lost


def steps_for(playbook: Playbook, firm: Firm) -> tuple[Step, ...]:
    """The steps to print, in order."""
    have = working(playbook.service, firm)
    return tuple(
        step
        for step in playbook.steps
        if set(step.needs) <= have and all(_holds(each, firm, step.keep_if_unknown) for each in step.only_if)
    )


def _holds(condition: Condition, firm: Firm, if_unknown: bool) -> bool:
    battery = None if firm.battery_minutes is None else firm.battery_minutes > 0
    told: dict[Condition, bool | None] = {
        "digital-voice": firm.digital_voice,
        "analogue-voice": None if firm.digital_voice is None else not firm.digital_voice,
        "battery": battery,
        "no-battery": None if battery is None else not battery,
        "relies-on-landline": firm.relies_on_landline,
        "second-line": bool(firm.second_line),
        "diversion": bool(firm.diversions),
    }
    found = told[condition]
    return if_unknown if found is None else found
