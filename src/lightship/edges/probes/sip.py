"""sip://, sips:// - does a telephone server answer, let its users in, and carry a call that can be understood?

RFC 3261, 8760, 3550; ITU-T G.107.
"""

from collections.abc import Mapping

from lightship.edges.probes.agreeing import numbers, plain
from lightship.edges.probes.dialogue import shown
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed
from lightship.edges.probes.voice.agent import Agent, expect
from lightship.edges.probes.voice.calling import MOST_SECONDS, Call, call
from lightship.edges.probes.voice.numbers import refused
from lightship.edges.probes.voice.transport import open_transport
from lightship.vocabulary.errors import BadInput

WORST = 2.6
"""MOS below which nearly everybody is dissatisfied (G.107, annex B: R of 50)."""

BINDING_SECONDS = 60
"""For how long a registration is asked for, should we not come to take it back."""


class SipProbe:
    """Up when the server answers OPTIONS; where a user is named, registers it; with `?call=`, when the call is good.

    A registration is taken back at once. A call rings a number, sends G.711 sound, judges what comes back and hangs up.
    """

    default_port = 5060
    options: Mapping[str, frozenset[str]] | None = {
        "over": frozenset({"udp", "tcp"}), "domain": frozenset(), "login": frozenset(), "call": frozenset(),
        "seconds": frozenset(), "codec": frozenset({"pcma", "pcmu"}), "mos": frozenset(),
        "echo": frozenset({"required"}), "register": frozenset({"no"}),
    }  # fmt: skip
    takes_login = True

    def agree(self, check: Check) -> None:
        """No call to where it could do harm, and no number that is none."""
        place = repr(check.address)
        why = refused(check.options.get("call", ""))
        if why is not None:
            raise BadInput(
                place, f"call={check.options['call']}: {why}", "name a number of your own that echoes"
            )
        if check.path.strip("/"):
            raise BadInput(place, f"sip:// has no path {check.path!r}", "write ?call=NUMBER for a test call")
        numbers(check, {"seconds": (0.5, MOST_SECONDS), "mos": (1.0, 4.5)})
        plain(check, "call", "domain", "login")

    async def measure(self, check: Check) -> Result:
        """One question, one registration, or one call."""
        self.agree(check)
        course, transport = Course(check), None
        try:
            transport = await open_transport(course, _over(check))
            agent = Agent(course, transport, check.options.get("domain", _host(check)))
            detail, figures = await _done(agent)
        except Failed as failed:
            return course.down(failed, transport.expires if transport else None)
        finally:
            if transport is not None:
                transport.close()
        return course.up(detail, transport.expires, figures)


def _over(check: Check) -> str:
    return "tls" if check.scheme == "sips" else check.options.get("over", "udp")


def _host(check: Check) -> str:
    return f"[{check.host}]" if ":" in check.host else check.host


Done = tuple[str, Mapping[str, float]]


async def _done(agent: Agent) -> Done:
    check = agent.course.check
    number = check.options.get("call")
    if number is None and not check.user:
        return await _options(agent)
    if check.user and check.options.get("register") != "no":
        detail = await _registered(agent)
        if number is None:
            return detail, {}
    return await _called(agent, number or "")


async def _options(agent: Agent) -> Done:
    line = agent.line(f"sip:{agent.domain}", f"sip:{agent.domain}")
    answer = await agent.ask("answer", "OPTIONS", line, [("Accept", "application/sdp")])
    expect(answer, "answer")
    named = answer.message.get("server") or answer.message.get("user-agent")
    return shown(f"{answer.message.status} {answer.message.reason}" + (f", {named}" if named else "")), {}


async def _registered(agent: Agent) -> str:
    """Register, and take it back."""
    line = agent.line(f"sip:{agent.domain}", agent.me)
    with_contact = [("Contact", agent.contact), ("Expires", str(BINDING_SECONDS))]
    expect(await agent.ask("register", "REGISTER", line, with_contact), "register")
    gone = await agent.ask("register", "REGISTER", line, [("Contact", agent.contact), ("Expires", "0")])
    expect(gone, "register")
    return f"{agent.course.check.user} is registered, and no more"


async def _called(agent: Agent, number: str) -> Done:
    made = await call(agent, number)
    sound, limit = made.sound, float(agent.course.check.options.get("mos", WORST))
    figures = _figures(made)
    if sound.mos < limit:
        raise Failed("audio", "poor-quality", _told(made), figures=figures)
    return _told(made), figures


def _told(made: Call) -> str:
    sound = made.sound
    back = (
        "none of ours came back"
        if sound.round_trip_ms is None
        else f"{sound.round_trip_ms:.3g} ms there and back"
    )
    late = f" and {sound.late_percent:.3g} % late" if sound.late_percent > 0 else ""
    return (
        f"MOS {sound.mos:.2f}: {sound.loss_percent:.3g} % lost{late}, jitter {sound.jitter_ms:.2g} ms, {back}"
    )


def _figures(made: Call) -> Mapping[str, float]:
    sound = made.sound
    found = {
        "mos": round(sound.mos, 2), "loss_percent": sound.loss_percent, "late_percent": sound.late_percent,
        "jitter_ms": sound.jitter_ms, "answered_ms": 1000 * made.answered_after,
        "packets_sent": float(sound.sent), "packets_heard": float(sound.heard),
    }  # fmt: skip
    if sound.round_trip_ms is not None:
        found["rtt_ms"] = sound.round_trip_ms
    if made.rang_after is not None:
        found["rang_ms"] = 1000 * made.rang_after
    return found
