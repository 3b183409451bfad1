"""What counts as working, in words: what is understood, what is not and where, and what it makes of a result."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lightship.edges.probes.address import check, probe_for
from lightship.edges.probes.expecting.judging import judged, measured
from lightship.edges.probes.expecting.reading import PHRASES, SUBJECTS, condition, conditions
from lightship.edges.probes.probe import Result
from lightship.run.configuration import CheckEntry, Configuration
from lightship.run.planning import plan
from lightship.vocabulary.errors import BadInput
from tests.support.nginx import Nginx

SEEN = Result(
    True, "transfer", None, (("connect", 0.02), ("answer", 0.48)), "status 200", 20 * 86400.0,
    {"status": 200.0, "loss_percent": 5.0, "rtt_ms": 12.5, "mos": 4.1, "certificate_days": 20.0}, False,
    {
        "address": "192.0.2.1", "answer": ("192.0.2.80", "192.0.2.81"), "header server": "nginx", "tls": "TLSv1.3",
        "body": b'{"status": "ok", "items": [{"id": 7}, {"id": 8}], "ready": true, "odd key": null}',
    },
)  # fmt: skip


def outcome(sentence: str, result: Result = SEEN) -> Result:
    return judged(check("https://example.org/", conditions=conditions(sentence, "here")), result)


@pytest.mark.parametrize(
    "sentence",
    [
        "status is 200",
        "status is 2xx",
        "status is one of 200, 301 or 404",
        "status is between 200 and 299",
        "status is not 500",
        "answers within 800 ms",
        "answers within 0.5s",
        "connect within 20 ms",
        "certificate expires in more than 14 days",
        "certificate expires in at least 2 weeks",
        'body contains "items"',
        "body does not contain maintenance",
        'json .status is "ok"',
        "json .items[1].id is 8",
        "json .items[0].id is at least 7",
        "json .ready is true",
        "length of json .items is 2",
        "length of body is more than 10",
        'json ."odd key" exists',
        "json .nothing is missing",
        "header Server is nginx",
        "header x-powered-by is missing",
        "address is 192.0.2.1",
        'address matches "^192\\\\.0\\\\.2\\\\."',
        "answer contains 192.0.2.81",
        'answer is "192.0.2.80"',
        "tls is TLSv1.3",
        "loss is at most 5 %",
        "loss is below 5.1%",
        "rtt is under 20 ms",
        "mos is above 3.6",
        "mos > 3.6",
        "status == 200",
        "rtt_ms <= 12.5",
        "detail starts with status",
        "certificate_days is more than 19",
        "STATUS IS 200",
    ],
)
def test_what_holds(sentence: str) -> None:
    assert outcome(sentence).up, outcome(sentence).detail


@pytest.mark.parametrize(
    ("sentence", "failure", "found"),
    [
        ("status is 404", "wrong-status", "found 200"),
        ("answers within 400 ms", "too-slow", "found 500 ms"),
        ("connect within 10 ms", "too-slow", "found 20 ms"),
        ("certificate expires in more than 30 days", "expires-soon", "found 20.0 days"),
        ('json .status is "bad"', "wrong-answer", "found ok"),
        ("json .none is 1", "wrong-answer", "nothing of that name"),
        ("loss is at most 1 %", "wrong-answer", "found 5"),
        ("jitter is under 3 ms", "wrong-answer", "nothing of that name"),
        ("body contains Welcome", "wrong-answer", "found {"),
        ("address is 192.0.2.9", "wrong-answer", "found 192.0.2.1"),
    ],
)
def test_what_does_not_hold_says_what_was_found(sentence: str, failure: str, found: str) -> None:
    result = outcome(sentence)
    assert (result.up, result.failure) == (False, failure)
    assert sentence in result.detail
    assert found in result.detail


@pytest.mark.parametrize(
    ("sentence", "found", "would_do"),
    [
        ("status iz 200", "'iz' at character 8 is not understood", "did you mean is?"),
        ("statu is 200x y", "'y' at character 15 is too much", "in quotes"),
        ("status is 20", "'20' is no status", "200, or 2xx"),
        ("answers inside 3 s", "'inside' at character 9", "one of within"),
        ("answers within 3", "'3' at character 16 is no length", "800 ms"),
        ("certificate expires in more than two days", "'two' at character 34", "14 days"),
        ("status", "ends too early", "go on with"),
        ('body contains "Welcome', "quotation mark at character 15 is never closed", "close it"),
        ("", "an empty condition", "status is 200"),
        ("loss is at most many", "'many' is no number", ""),
        ('body matches "("', "is no pattern", ""),
        ("json status is 1", "is no path", ".status"),
        ("contains Welcome", "'contains' at character 1 is not understood", ""),
        ("status is between 200 or 299", "'or' at character 23", "and"),
    ],
)
def test_what_is_not_understood_is_named_by_its_word_and_its_place(
    sentence: str, found: str, would_do: str
) -> None:
    with pytest.raises(BadInput) as raised:
        condition(sentence, "lightship.yaml:4")
    assert raised.value.place == "lightship.yaml:4"
    assert found in raised.value.found
    assert would_do in raised.value.would_do


WORDS = st.sampled_from(
    [
        *SUBJECTS,
        *{w for p in PHRASES for w in p},
        "json",
        ".a",
        "header",
        "200",
        "5 %",
        '"x y"',
        "ms",
        ",",
        "or",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=8).map(" ".join)))
def test_any_sentence_is_a_condition_or_a_clear_error_and_judging_never_breaks(sentence: str) -> None:
    try:
        made = condition(sentence, "here")
    except BadInput:
        return
    for seen in (SEEN, replace(SEEN, texts={}, figures={}, expires=None, phases=())):
        result = judged(check("https://example.org/", conditions=(made,)), seen)
        assert result.up or sentence in result.detail


@given(st.integers(100, 599), st.integers(100, 599))
def test_a_status_is_what_it_is_and_nothing_else(said: int, seen: int) -> None:
    result = outcome(f"status is {said}", replace(SEEN, figures={"status": float(seen)}))
    assert result.up == (said == seen)


@given(st.binary(max_size=200))
def test_a_body_that_is_no_document_has_no_path_in_it(body: bytes) -> None:
    result = outcome("json .status is 1", replace(SEEN, texts={"body": body}))
    assert not result.up


def test_what_is_down_already_keeps_its_own_reason() -> None:
    down = replace(SEEN, up=False, failure="refused", stage="connect", detail="Connection refused")
    assert outcome("status is 200", down) is down


@pytest.mark.needs("nginx-light")
def test_a_real_page_is_held_to_its_conditions(tmp_path: Path) -> None:
    server = Nginx(tmp_path)
    server.serve('return 503 "{\\"status\\": \\"busy\\"}";')
    server.start()

    def held(*sentences: str) -> Result:
        made = check(server.address, conditions=conditions(sentences, "here"))
        return asyncio.run(measured(probe_for("http"), made))

    assert held("status is 503", "json .status is busy", "answers within 5 s", "address is 127.0.0.1").up
    assert (
        held("body contains busy").failure == "wrong-status"
    )  # without a word on it, 200 to 399 count as working
    assert held("status is 5xx", "header server is missing").detail.startswith(
        "expected: header server is missing; found nginx"
    )
    server.stop()


def test_a_configuration_takes_one_sentence_several_or_the_older_form(tmp_path: Path) -> None:
    for expect, many in (("status is 200", 1), (["status is 200", "body contains ok"], 2)):
        made = plan(Configuration([CheckEntry("https://example.org", expect=expect)]), tmp_path)
        assert len(made.duties[0].check.conditions) == many
    with pytest.raises(BadInput, match=r"checks\[0\].*'iz' at character 8"):
        plan(Configuration([CheckEntry("https://example.org", expect="status iz 200")]), tmp_path)
