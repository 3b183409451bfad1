"""Channels against real receivers on this machine that behave badly."""

import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from lightship.edges.channels import posting
from lightship.edges.channels.channel import Parcel, Sent, open_channel
from lightship.edges.channels.email import EmailChannel, EmailOptions
from lightship.edges.channels.posting import is_public
from lightship.edges.channels.sms import SmsChannel, SmsOptions
from lightship.edges.channels.webhook import WebhookChannel, WebhookOptions
from lightship.run.benches.tell.receivers import Hook, Relay
from lightship.tell.outbox.words import Message, confirm_message, update_message
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import HOUR, MINUTE, Instant
from tests.support.letters import FEET, SETTINGS, update

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STOP, MANAGE = (
    "https://status.example/subscribe/stop/x/email/y",
    "https://status.example/subscribe/manage/x/y",
)


def message(minutes_late: float = 0) -> Message:
    said = update()
    return update_message(
        said, SETTINGS, FEET.network, Instant(said.at + round(minutes_late * MINUTE)), ("Call 999.",)
    )


def parcel(
    address: str = "ann@example.org", key: str = "20160720-1.1.abc", text: Message | None = None
) -> Parcel:
    return Parcel(key, address, text or message(), STOP, MANAGE, SECRET)


@contextmanager
def email(port: int, **options: Any) -> Iterator[Callable[[Parcel], Sent]]:
    channel = EmailChannel(
        EmailOptions("status@lightship.example", port=port, name="Sample", **options), "channels[0]"
    )
    with channel.sender() as sender:
        yield sender.send


def test_a_letter_is_plain_and_simple_html_with_one_click_to_stop() -> None:
    with Relay() as relay, email(relay.port) as send:
        assert send(parcel()) == Sent("sent", "250 ok")
    (got,) = relay.read()
    assert got["Message-ID"] == "<20160720-1.1.abc@lightship.example>"
    assert got["List-Unsubscribe"] == f"<{STOP}>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert got["From"] == "Sample <status@lightship.example>"
    assert got["Subject"] == "BT investigating: Broadband is failing for some people in Leeds (0113)"
    plain, html = (part.get_content() for part in got.iter_parts())
    for text in (
        "This is word 1.",
        "Next update by 8:25am.",
        "Call 999.",
        "https://status.example/i/20160720-1/",
        STOP,
    ):
        assert text in plain
        assert text in html
    assert "<img" not in html
    assert "<script" not in html


def test_a_late_letter_says_so() -> None:
    assert "Written at 7:55am; this message was delayed." in message(120).paragraphs[0]
    assert "Next update by" not in " ".join(message(120).paragraphs)
    assert "At 7:55am." in message(120).short


def test_a_headline_cannot_write_headers_or_turn_text_around() -> None:
    said = msgspec.structs.replace(
        update(),
        headline="Out\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script> \u202ekcatta",
        text="x\r\n.\r\n.y",
    )
    hostile = update_message(said, SETTINGS, FEET.network, said.at)
    with Relay() as relay, email(relay.port) as send:
        assert send(parcel(key="a\r\nX-Evil: 1", text=hostile)).outcome == "sent"
    (got,) = relay.read()
    assert got["Bcc"] is None
    assert got["X-Evil"] is None
    assert "\u202e" not in got["Subject"]
    plain, html = (part.get_content() for part in got.iter_parts())
    assert "<script" not in html
    assert "\n..y" not in plain
    assert ".y" in plain


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("RCPT", "450 4.2.0 greylisted", "again"), ("RCPT", "550 5.1.1 no such user <ann@example.org>", "gone"),
        ("RCPT", "550 5.7.1 policy", "refused"), ("RCPT", "421 4.3.2 shutting down", "again"),
        ("DATA", "451 4.3.0 later", "again"), ("END", "554 5.6.0 we do not like it", "refused"),
        ("END", "452 4.3.1 full", "again"), ("RCPT", "drop", "again"), ("END", "drop", "unknown"),
    ],
)  # fmt: skip
def test_what_a_relay_says_decides(step: str, answer: str, outcome: str) -> None:
    def verdict(at: str, to: str) -> str:
        return answer if at == step else "354 go on" if at == "DATA" else "250 ok"

    with Relay(verdict) as relay, email(relay.port) as send:
        found = send(parcel())
        assert found.outcome == outcome
        assert "ann@" not in found.said
        relay.verdict = lambda at, to: "354 go on" if at == "DATA" else "250 ok"
        assert send(parcel(key="next")).outcome == "sent", "the next letter has a connection that works"


def test_only_a_refused_mailbox_speaks_of_the_address() -> None:
    answers = {
        "a@x.example": "550 no such user",
        "b@x.example": "550 5.7.1 spam",
        "c@x.example": "554 5.2.2 full",
    }
    with Relay(lambda at, to: answers[to] if at == "RCPT" else "250 ok") as relay, email(relay.port) as send:
        assert [send(parcel(each)).mailbox for each in answers] == [True, False, True]


def test_a_relay_on_another_machine_is_not_spoken_to_in_the_clear() -> None:
    with pytest.raises(BadInput, match="starttls"):
        open_channel(
            "email", {"sender": "a@b.example", "host": "relay.example", "security": "none"}, "channels[0]"
        )


def webhook(url: str, text: Message | None = None, private: bool = True) -> Sent:
    channel = WebhookChannel(WebhookOptions(private), "channels[0]", lambda: 1614265330.7)
    return channel.send(parcel(url, text=text))


def test_a_webhook_is_signed_as_the_standard_says() -> None:
    with Hook() as hook:
        assert webhook(f"{hook.url}/in").outcome == "sent"
    ((path, headers, body),) = hook.got
    assert path == "/in"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("20160720-1.1.abc", "1614265330")
    said = hook.json()[0]
    assert said["type"] == "incident.update"
    assert said["data"]["incident"] == "20160720-1"
    assert said["meta"] == {"stop": STOP, "manage": MANAGE}


def test_the_secret_is_told_with_the_question_and_not_again() -> None:
    with Hook() as hook:
        webhook(hook.url, confirm_message("Sample", "https://status.example/c", "everything", 48))
    assert hook.json()[0]["meta"]["secret"] == SECRET


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "asked"),
    [
        (204, {}, "sent", 0), (410, {}, "gone", 0), (404, {}, "refused", 0), (500, {}, "again", 0),
        (429, {"Retry-After": "120"}, "again", 120_000), (302, {"Location": "http://127.0.0.1/"}, "refused", 0),
    ],
)  # fmt: skip
def test_what_a_receiver_answers_decides(
    status: int, headers: dict[str, str], outcome: str, asked: int
) -> None:
    with Hook(lambda n, body: (status, headers)) as hook:
        found = webhook(hook.url)
        assert (found.outcome, found.asked, len(hook.got)) == (outcome, asked, 1)


def test_silence_after_the_request_is_a_doubt() -> None:
    with Hook(lambda n, body: None) as hook:
        assert webhook(hook.url).outcome == "unknown"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1",
     "fd00::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::"],
)  # fmt: skip
def test_private_addresses_are_inside(address: str) -> None:
    assert not is_public(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A resolver whose answers change from question to question."""
    asked: list[str] = []
    left = list(answers)

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["169.254.169.254"]])
def test_a_name_that_leads_inside_is_not_dialled(monkeypatch: pytest.MonkeyPatch, answer: list[str]) -> None:
    resolving(monkeypatch, answer)
    found = webhook("https://hooks.example/in", private=False)
    assert found == Sent("gone", "hooks.example leads into a private network")


def test_a_name_whose_answer_changes_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[Any] = []

    def dial(address: Any, *_: object) -> socket.socket:
        dialled.append(address)
        raise OSError("not from here")

    asked = resolving(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    monkeypatch.setattr(socket, "create_connection", dial)
    assert webhook("https://hooks.example/in", private=False).outcome == "again"
    assert (asked, dialled) == (["hooks.example"], [("93.184.215.14", 443)])


@pytest.mark.parametrize(
    "url", ["https://localhost/", "http://hooks.example/", "https://127.0.0.1:22/", "https://intranet/"]
)
def test_addresses_that_cannot_be_of_the_internet_are_not_taken(url: str) -> None:
    with pytest.raises(BadInput):
        WebhookChannel(WebhookOptions(), "channels[0]").address(url)


def test_an_answer_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            at, _ = server.accept()
            with at:
                for _ in range(100):
                    try:
                        at.sendall(b"H")
                    except OSError:
                        return
                    if ended.wait(0.05):
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        assert webhook(f"http://127.0.0.1:{server.getsockname()[1]}/").outcome == "unknown"
        ended.set()
        thread.join()


def sms(hook: Hook, **options: Any) -> SmsChannel:
    return SmsChannel(SmsOptions(f"{hook.url}/send", private=True, sender="Sample", **options), "channels[0]")


def test_a_text_message_says_where_more_stands_in_plain_letters() -> None:
    with Hook() as hook:
        found = sms(hook).send(parcel("+447700900123"))
    assert found.outcome == "sent"
    said = hook.json()[0]
    assert said["to"] == "+447700900123"
    assert said["reference"] == "20160720-1.1.abc"
    assert said["from"] == "Sample"
    assert said["text"].endswith("https://status.example/i/20160720-1/")
    assert said["text"].isascii()
    assert len(said["text"]) <= 306


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (202, "sent"),
        (400, "refused"),
        (429, "again"),
        (503, "again"),
        (500, "unknown"),
        (504, "unknown"),
        (401, "again"),
    ],
)
def test_a_gateway_that_fails_may_have_taken_it(status: int, outcome: str) -> None:
    with Hook(lambda n, body: (status, {})) as hook:
        assert sms(hook).send(parcel("+447700900123")).outcome == outcome


def test_a_gateway_is_asked_what_became_of_a_doubt() -> None:
    with Hook(lambda n, body: None if n == 0 else (200 if n == 1 else 404, {})) as hook:
        channel = sms(hook, status=f"{hook.url}/status?ref={{reference}}")
        assert channel.send(parcel("+447700900123")).outcome == "unknown"
        assert [found.outcome for found in (channel.ask("a/b"), channel.ask("c")) if found] == [
            "sent",
            "again",
        ]
        assert hook.got[1][0] == "/status?ref=a%2Fb"


def test_numbers_are_written_with_their_country() -> None:
    with Hook() as hook:
        assert {
            sms(hook).address(each) for each in ("07700 900123", "+44 (7700) 900-123", "0044 7700900123")
        } == {"+447700900123"}


def test_time_asked_for_is_bounded() -> None:
    with Hook(lambda n, body: (503, {"Retry-After": "99999999999"})) as hook:
        assert sms(hook).send(parcel("+447700900123")).asked > HOUR


def test_a_post_through_apprise_reaches_a_place_of_our_own_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with Hook(lambda n, body: (200 if n == 0 else 500, {})) as hook:
        monkeypatch.setenv("PLACE", f"{hook.url.replace('http:', 'json:')}/room")
        channel = open_channel("apprise", {"destinations": {"room": "env:PLACE"}}, "channels[0]")
        assert list(channel.own) == ["room"]
        with channel.sender() as sender:
            assert [sender.send(parcel("room")).outcome for _ in range(2)] == ["sent", "unknown"]
            assert sender.send(parcel("gone")).outcome == "gone"
    assert len(hook.got) == 2
    assert hook.json()[0]["title"] == "BT investigating: Broadband is failing for some people in Leeds (0113)"
    assert "https://status.example/i/20160720-1/" in hook.json()[0]["message"]
    monkeypatch.setenv("PLACE", "nonsense://x")
    with pytest.raises(BadInput, match="does not know"):
        open_channel("apprise", {"destinations": {"room": "env:PLACE"}}, "channels[0]")
