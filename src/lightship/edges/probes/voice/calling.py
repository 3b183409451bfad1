"""A test call: ring, talk, listen, hang up.  RFC 3261 (13, 15)."""

import asyncio
import secrets
import socket
from contextlib import suppress

import msgspec

from lightship.edges.probes.dialogue import shown
from lightship.edges.probes.probe import Check
from lightship.edges.probes.reach import refusal
from lightship.edges.probes.stages import Failed
from lightship.edges.probes.voice import sdp
from lightship.edges.probes.voice.agent import Agent, Answer, Line, expect
from lightship.edges.probes.voice.judging import Sound, judged
from lightship.edges.probes.voice.messages import Message, address
from lightship.edges.probes.voice.numbers import refused
from lightship.edges.probes.voice.rtp import Media, open_media
from lightship.vocabulary.errors import BadInput

TAIL = 0.3
"""Seconds that are listened on after the last packet."""

SPARE = 1.0
"""Seconds that are kept for hanging up."""

SECONDS, MOST_SECONDS = 3.0, 30.0


class Call(msgspec.Struct, frozen=True):
    """How a call went. Both in seconds from dialling; `rang_after` None: it was answered at once."""

    rang_after: float | None
    answered_after: float
    sound: Sound


def talk_seconds(check: Check) -> float:
    """How long is talked."""
    return float(check.options.get("seconds", SECONDS))


async def call(agent: Agent, number: str) -> Call:
    """Call a number. Raises Failed; BadInput where it is one that no test may call."""
    why = refused(number)
    if why is not None:
        raise BadInput(repr(number), why, "name a number of your own that echoes")
    check = agent.course.check
    sock = open_media(agent.transport.family, agent.transport.local[0], check.device.encode())
    try:
        uri = f"sip:{number}@{agent.domain}"
        line = agent.line(uri, uri)
        body = sdp.offer(agent.transport.local[0], sock.getsockname()[1], check.options.get("codec", "pcma"))
        more = [("Contact", agent.contact), ("Content-Type", "application/sdp")]
        spare = talk_seconds(check) + TAIL + SPARE
        answer = await agent.ask("call", "INVITE", line, more, body, spare)
        expect(answer, "call")
        return await _answered(agent, line, answer, sock)
    finally:
        sock.close()


async def _answered(agent: Agent, line: Line, answer: Answer, sock: socket.socket) -> Call:
    """From picking up to hanging up; whatever fails in between, the line is not left open."""
    said = answer.message
    _follow(line, said)
    acknowledged = agent.written("ACK", line, f"z9hG4bK{secrets.token_hex(8)}")
    agent.transport.send(acknowledged)
    try:
        media, agreed = await _talk(agent, said, acknowledged, sock)
    except BaseException:
        with suppress(OSError):
            agent.transport.send(_goodbye(agent, line))
        raise
    if agent.hung_up:
        raise Failed("audio", "reset", "the other side hung up")
    goodbye = await agent.ask("hang-up", "BYE", line, [])
    sound = judged(media.sent, media.heard, 1000 * goodbye.seconds)
    _judge(agent.course.check, media, agreed, sound)
    expect(goodbye, "hang-up")
    return Call(answer.rang_after, answer.seconds, sound)


def _goodbye(agent: Agent, line: Line) -> bytes:
    line.number += 1
    return agent.written("BYE", line, f"z9hG4bK{secrets.token_hex(8)}")


def _follow(line: Line, said: Message) -> None:
    """The other side has named itself, and the way to it (RFC 3261, 12.1.2)."""
    line.other = said.get("to")
    line.target = address(said.get("contact")) or line.target
    routes = ",".join(said.all("record-route"))
    line.routes = tuple(each.strip() for each in reversed(routes.split(",")) if each.strip())


async def _talk(
    agent: Agent, said: Message, acknowledged: bytes, sock: socket.socket
) -> tuple[Media, sdp.Agreed]:
    course = agent.course
    with course.at("audio"):
        try:
            agreed = sdp.read(said.body)
        except ValueError as error:
            raise Failed("audio", "wrong-answer", shown(str(error))) from error
        if why := refusal(agreed.host):
            raise Failed("audio", "wrong-answer", f"the sound would go elsewhere: {why}")
        media = Media(sock, agreed.payload)
        attending = asyncio.create_task(_attend(agent, acknowledged))
        try:
            await media.exchange((agreed.host, agreed.port), talk_seconds(course.check), TAIL)
        finally:
            attending.cancel()
            with suppress(asyncio.CancelledError, OSError, EOFError, Failed):
                await attending
    return media, agreed


async def _attend(agent: Agent, acknowledged: bytes) -> None:
    """While we talk: what the other side asks is answered, and what it did not hear is said again."""
    while True:
        message = await agent.transport.hear()
        if message.method:
            agent.serve(message)
        elif message.status >= 200 and "INVITE" in message.get("cseq"):
            agent.transport.send(acknowledged)


def _judge(check: Check, media: Media, agreed: sdp.Agreed, sound: Sound) -> None:
    if not media.heard:
        refused_there = "; its sound port is closed" if media.refused else ""
        held = "" if agreed.sends else "; it said that it would send none"
        raise Failed(
            "audio", "one-way", f"answered, and not one packet of sound came back{refused_there}{held}"
        )
    if check.options.get("echo") == "required" and not sound.echoed:
        raise Failed("audio", "one-way", "we hear the other side, and it does not send back what we say")
