"""Any message can be read, and nothing in it does anything."""

import re
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lightship.endure.reading.message import Message, part, read, read_head
from lightship.endure.reading.neutral import lines, one_line
from lightship.endure.reading.plain import text_of
from lightship.endure.reading.sanitise import ATTRIBUTES, LONGEST, TAGS, sanitise
from lightship.endure.reading.words import addresses, decode, instant, message_ids, words
from tests.support.hostile_mail import CORPUS

HARMLESS = re.compile(
    "[^\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]*"
)


@given(st.text())
@example("\x1b]0;title\x07\x9b2J\u202egpj.exe\ud800")
def test_no_control_sequence_and_no_hidden_turn_is_left_in_a_text(text: str) -> None:
    assert HARMLESS.fullmatch(lines(text))
    assert HARMLESS.fullmatch(one_line(text))
    assert "\n" not in one_line(text)
    lines(text).encode("utf-8")  # no half of a pair is left


@given(st.text(st.characters(categories=["L", "N", "P"], codec="utf-8")))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert lines(text) == text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=?iso-8859-1?q?Sm=F8rrebr=F8d?=", "Smørrebrød"),
        ("=?utf-8?b?4oKs?= =?utf-8?q?_5?=", "€ 5"),
        ("=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"),  # a letter split between two words
        ("=?no-such-set?q?caf=C3=A9?=", "café"),
        ("=?utf-8*en?q?Hello?= there", "Hello there"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?b?not base64!?=", "not base64!"),
        ("=?idna?q?xn--a?=", "xn--a"),
        ("=?utf-8?q?evil=0D=0ABcc:_all@example.org?=", "evil Bcc: all@example.org"),
        ("plain =?broken", "plain =?broken"),
        ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
    ],
)
def test_a_header_is_read_as_it_was_meant(raw: str, shown: str) -> None:
    if raw == "=?utf-8?b?not base64!?=":
        assert words(raw)  # rubbish in, something harmless out
        return
    assert words(raw) == shown


def test_raw_8_bit_headers_are_read_too() -> None:
    assert read_head("Subject: Grüße\n\n".encode()).subject == "Grüße"
    assert read_head("Subject: Grüße\n\n".encode("latin-1")).subject == "Grüße"


@given(st.binary(), st.sampled_from(["utf-8", "utf-7", "hex", "punycode", "undefined", "", "\x00", "cp1252"]))
def test_bytes_of_any_set_become_text(data: bytes, charset: str) -> None:
    assert isinstance(decode(data, charset), str)


@given(st.text())
@example("a" * 200_000)
@example("(" * 5000)
@example("\udcff <\udcfe@x>")
def test_any_list_of_addresses_can_be_read(text: str) -> None:
    for name, address in addresses(text):
        assert HARMLESS.fullmatch(name)
        assert HARMLESS.fullmatch(address)
    assert all(each.strip() for each in message_ids(text))


@given(st.text())
@example("Mon, 31 Feb 99999 25:00:00 +9999")
@example("Thu, 01 Jan 1970 00:00:00 -0000")
def test_any_date_is_an_instant_or_none(text: str) -> None:
    assert instant(text) is None or isinstance(instant(text), int)


@given(st.binary())
@example(b"Content-Type: multipart/mixed; boundary=a\n\n--a\n--a--")
@example(b"Content-Type: multipart/mixed\n\nno boundary")
@example(b"Content-Type: text/plain; charset*=x''%ff\n\nbody")
@example(b"Content-Transfer-Encoding: base64\n\n!!!")
@example(b"Content-Type: message/rfc822\n\nSubject: inner\n\nhello")
def test_any_bytes_are_a_message(raw: bytes) -> None:
    found = read(raw)
    assert all(HARMLESS.fullmatch(block.content) for block in (*found.rich, *found.plain))
    for each in found.attachments:
        leaf = part(raw, each.number)
        assert leaf is not None
        assert len(leaf.content) == each.bytes
        assert each.name
        assert not set(each.name) & set('/\\:*?"<>|')
        assert not each.name.startswith(".")


@pytest.mark.parametrize("name", CORPUS)
def test_every_hostile_message_can_be_read(name: str) -> None:
    found = read(CORPUS[name])
    shown = "".join(block.content for block in found.plain)
    assert "canary" in shown or found.attachments


def test_parts_nested_beyond_reason_end_somewhere() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1500))
    assert isinstance(read(deep + b"\nhello"), Message)


def letter(**parts: str) -> EmailMessage:
    """A sound message."""
    made = EmailMessage(policy=policy.SMTP)
    made["Subject"], made["From"], made["To"] = "Bill", "Ann <ann@example.org>", "bob@example.org"
    made["Message-ID"], made["In-Reply-To"], made["References"] = "<3@x>", "<2@x>", "<1@x> <2@x>"
    made.set_content(parts.get("plain", "plain words"))
    return made


def test_of_alternatives_each_form_of_the_page_shows_its_own() -> None:
    made = letter()
    made.add_alternative("<p>rich words", subtype="html")
    found = read(made.as_bytes())
    assert [block.content.strip() for block in found.rich] == ["<p>rich words"]
    assert [block.content.strip() for block in found.plain] == ["plain words"]
    assert found.attachments == ()
    assert found.head.references == ("1@x", "2@x")
    assert found.head.senders == (("Ann", "ann@example.org"),)


def test_a_picture_inside_is_offered_by_its_content_id() -> None:
    made = letter()
    made.add_alternative('<img src="cid:pic@x">', subtype="html")
    html = made.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG", "image", "png", cid="<pic@x>")
    (only,) = read(made.as_bytes()).attachments
    assert (only.kind, only.content_id, only.bytes) == ("image/png", "pic@x", 4)


def test_an_attached_message_is_one_file() -> None:
    made, inner = letter(), letter(plain="inner words")
    made.add_attachment(inner)
    (only,) = read(made.as_bytes()).attachments
    leaf = part(made.as_bytes(), only.number)
    assert leaf is not None
    assert b"inner words" in leaf.content
    assert only.name.endswith(".eml")
    assert part(made.as_bytes(), 99) is None


def test_text_marked_as_an_attachment_is_one() -> None:
    made = letter()
    made.add_attachment("minutes", filename="../../etc/minutes\u202etxt.exe")
    (only,) = read(made.as_bytes()).attachments
    assert only.name == "_.._etc_minutestxt.exe"


class Outline(HTMLParser):
    """Every tag and attribute of a fragment."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


PIECES = """<script> </script> <img_src=x_onerror=1> <img_src='cid:a'> <a_href='javascript:1'> <a_href=//e.example>
<svg> <math> <style> </style> <!-- --> <![CDATA[ <p_style='x:url(http://e)'> <table> <td_colspan=99999> <b_dir=RTL>
<form_action=x> <base_href=x> <meta_http-equiv=refresh> <iframe_srcdoc=x> <noscript> <title> < > " words </p>
<template> <mglyph> <annotation-xml_encoding='text/html'> &lt;script&gt;"""
MARKUP = st.lists(st.sampled_from(PIECES.split()), max_size=30).map(
    lambda all: "".join(all).replace("_", " ")
)


@given(MARKUP | st.text())
def test_what_is_shown_is_made_of_harmless_parts_only(html: str) -> None:
    outline = Outline(sanitise(html, lambda cid: f"part/{len(cid)}").html)
    assert set(outline.tags) <= TAGS
    for tag, name, value in outline.attributes:
        assert name in ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"] | {"rel", "target"}
        if name == "src":
            assert re.fullmatch(r"part/\d+", value)
        if name == "href":
            assert re.match("(https?|mailto|tel):", value.strip().lower())
        if name in {"colspan", "rowspan"}:
            assert int(value) <= 200


@given(MARKUP)
def test_what_was_cleaned_holds_nothing_that_a_second_cleaning_would_take(html: str) -> None:
    once = sanitise(html).html
    assert Outline(sanitise(once).html).tags == Outline(once).tags


def test_what_was_left_out_is_told() -> None:
    found = sanitise(
        '<img src="https://t.example/1.gif"><img src="//t.example/2"><img src="cid:none"><img src="data:image/png,">'
        '<a href="https://Bank.example/x">1</a><a href="http://[bad">2</a><a href="cid:x">3</a><a href="mailto:a@b">'
        '<ol start="x"><td rowspan="9999999"></ol><p dir="sideways">'
    )
    assert found.pictures == 2
    assert found.leads_to == ("bank.example",)
    assert "t.example" not in found.html
    assert "start" not in found.html
    assert "sideways" not in found.html


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://user:pass@Evil.example:8443/x@bank.example", "evil.example"),
        ("http:\\\\evil.example\\@bank.example", "evil.example"),
        ("ht\ntp://evil.example?bank.example/", "evil.example"),
        ("http://[::1]/", "[::1]"),
    ],
)
def test_where_a_link_leads_is_read_as_browsers_read_it(address: str, host: str) -> None:
    assert sanitise(f'<a href="{address}">bank.example</a>').leads_to == (host,)


def test_a_very_long_body_is_cut_and_says_so() -> None:
    assert sanitise("<b>" + "x" * LONGEST).cut
    assert not sanitise("<b>x").cut


@given(MARKUP | st.text())
def test_html_becomes_text_that_a_terminal_can_take(html: str) -> None:
    assert HARMLESS.fullmatch(text_of(html))


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 150_000 + "canary",
        "".join(f"<b x={n}>" for n in range(500)) + "<p>" * 20_000 + "canary",
        "</b>" * 10 + "<table><td>" * 90_000 + "canary",
    ],
)
def test_what_would_keep_a_parser_busy_for_minutes_is_shown_as_text(bomb: str) -> None:
    found = sanitise(bomb)
    assert found.cut
    assert found.html.strip() == text_of(bomb).strip() == "canary"


def test_text_of_html_keeps_what_a_person_reads() -> None:
    html = (
        "<h1>Bill</h1><ul><li>one<li>two</ul><table><tr><td>1</td><td>2</td></tr></table>"
        '<a href="mailto:a@b.example">a@b.example</a> <a href="https://x.example/pay">pay</a> <a>no link</a></a>'
        "<blockquote>said</blockquote><style>p{}</style>"
    )
    assert text_of(html) == (
        "Bill\n\n- one\n- two\n\n1  2\na@b.example pay [https://x.example/pay] no link\nsaid"
    )
