"""The mail reader over real connections: who gets an answer, and what an answer may do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile_mail import CORPUS
from tests.support.mail_copies import keep, letter, name_of
from tests.support.reading import SECRET, RunningReader

FIRST = letter(0, "Line down", "The line is down since eight.")
ANSWER = letter(1, "Re: Line down", "Ours, too.", "Bob <bob@example.org>", follows="0@example.org")
LOOSE = letter(2, "AW: line down", "And ours.", "Eve <eve@example.org>")
FORBIDDEN = "script iframe object embed base link svg video audio textarea"
DELETED = letter(3, "Bill for May", "Please pay 12 pounds.")


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningReader]:
    folder = tmp_path_factory.mktemp("copy")
    keep(folder, [FIRST, ANSWER, LOOSE], flags="\\Seen")
    keep(folder, [DELETED], "Bills", gone=True)
    keep(folder, CORPUS.values(), "Hostile")
    keep(folder, [letter(n, f"Note {n}", "words") for n in range(100, 220)], "Many")
    keep(folder, [letter(300, "Not indexed", "later")], "New", indexed=False)
    running = RunningReader(folder)
    yield running
    running.stop()


def page(mail: RunningReader, below: str) -> str:
    answer, body = mail.ask(below)
    assert answer.status == 200, body
    return body.decode()


@pytest.mark.parametrize(
    "path",
    ["/", "/wrong/", f"/{SECRET}x/", f"/{SECRET[:-1]}/", "/favicon.ico", f"/x/{SECRET}/", f"//{SECRET}/"],
)
def test_without_the_whole_secret_there_is_nothing(mail: RunningReader, path: str) -> None:
    answer, body = mail.ask(path)
    assert answer.status == 404
    assert b"Line down" not in body


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1.evil.example:{port}", ""]
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(mail: RunningReader, host: str) -> None:
    answer, body = mail.ask("", Host=host.format(port=mail.port))
    assert answer.status in {400, 404}
    assert b"Line down" not in body


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "LOCALHOST:{port}"])
def test_our_own_names_are_answered(mail: RunningReader, host: str) -> None:
    assert mail.ask("", Host=host.format(port=mail.port))[0].status == 200


def test_what_another_site_embeds_gets_nothing_and_a_link_is_followed(mail: RunningReader) -> None:
    assert mail.ask("", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0].status == 404
    assert mail.ask("", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0].status == 200
    assert mail.ask("", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="no-cors")[0].status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(mail: RunningReader, method: str) -> None:
    assert mail.ask("", method)[0].status == 405


def test_a_head_request_has_no_body(mail: RunningReader) -> None:
    answer, body = mail.ask("", "HEAD")
    assert (answer.status, body) == (200, b"")
    assert int(answer.headers["content-length"]) > 500


def test_every_answer_forbids_script_frames_caches_and_other_servers(mail: RunningReader) -> None:
    for below in ("", f"m/{name_of(FIRST)}", "nowhere", f"m/{name_of(FIRST)}/raw"):
        headers = mail.ask(below)[0].headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "allow-scripts" not in policy
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_folders_are_listed_with_what_is_in_them(mail: RunningReader) -> None:
    text = page(mail, "")
    for words in ("INBOX", "Bills", "Hostile", "Many", "120 unread"):
        assert f">{words}<" in text or words in text
    assert "me@example.org: copy 60 minutes old" in text.partition('<ul class="mail">')[0], (
        "before the messages"
    )


def test_a_folder_goes_on_page_by_page_and_shows_each_message_once(mail: RunningReader) -> None:
    below, seen = "?folder=4", []
    for _ in range(3):
        text = page(mail, below)
        seen += [line.split('"')[1] for line in text.split("<a href=")[1:] if "/m/" in line.split('"')[1]]
        _, _, after = text.partition('aria-label="Pages"')
        older = [each.split('"')[1] for each in after.split("<a href=")[1:] if ">Older<" in each]
        below = older[0].removeprefix(f"/{SECRET}/").replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 120
    assert below == ""


def test_a_conversation_is_shown_whole_even_where_a_program_lost_the_references(mail: RunningReader) -> None:
    text = page(mail, f"m/{name_of(ANSWER)}")
    assert "Conversation" in text
    for raw in (FIRST, LOOSE):
        assert f"m/{name_of(raw)}" in text
    assert "Conversation" not in page(mail, f"m/{name_of(DELETED)}")


def test_what_the_provider_no_longer_has_says_so(mail: RunningReader) -> None:
    assert "deleted at the provider, kept here" in page(mail, f"m/{name_of(DELETED)}")
    assert "deleted at the provider, kept here" in page(mail, "?folder=2")


def test_a_message_that_is_not_indexed_yet_is_listed_by_its_own_head(mail: RunningReader) -> None:
    assert "Not indexed" in page(mail, "?folder=5")
    assert "1 messages cannot be searched yet" in page(mail, "?q=line")


@pytest.mark.parametrize(
    ("typed", "found"),
    [("down eight", True), ("subject:down", True), ("from:ann+down", True), ("body:down", True), ("li*+down", True),
     ("subject:eight", False), ("down+nowhere", False), ("%22line", True), ("line+OR+down", False)],
)  # fmt: skip
def test_search_finds_what_holds_every_word(mail: RunningReader, typed: str, found: bool) -> None:
    assert (f"m/{name_of(FIRST)}" in page(mail, f"?q={typed.replace(' ', '+')}")) is found


@pytest.mark.parametrize(
    "typed", ["", "%22", "*", "NEAR(", "subject:", "a:b:c", "%00", "%ff%fe", "'", "^x", "-x", "(" * 900]
)
def test_any_text_can_be_searched_for(mail: RunningReader, typed: str) -> None:
    page(mail, f"?q={typed}")


@pytest.mark.parametrize(
    "below",
    ["m/", "m/zz", "m/00", f"m/{'0' * 64}", f"m/{'f' * 5000}", "m/x/part/0/y", f"m/{name_of(FIRST)}/part/99/x",
     f"m/{name_of(FIRST)}/part/-1/x", f"m/{name_of(FIRST)}/picture/0",
     "?folder=99", "?folder=x", "..%2f..%2fetc/passwd"],
)  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(mail: RunningReader, below: str) -> None:
    answer, body = mail.ask(below)
    assert answer.status == 404
    assert b"There is no such page" in body


@pytest.mark.parametrize(
    "below",
    ["?before=x", "?before=1.2.3", "?before=99999999999999999999.1", "?q=a&page=x", "?q=a&page=99999"],
)
def test_a_mistyped_address_still_shows_a_page(mail: RunningReader, below: str) -> None:
    page(mail, below)


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_mail_is_shown_without_what_is_hostile(mail: RunningReader, name: str) -> None:
    for form in ("", "?form=text"):
        text = page(mail, f"m/{name_of(CORPUS[name])}{form}").lower()
        for forbidden in (
            "<script",
            "<iframe",
            "<object",
            "<embed",
            "<base",
            "<link",
            "<svg on",
            '<form action="http',
            "<meta http",
        ):
            assert forbidden not in text
        assert "set-cookie" not in str(mail.ask(f"m/{name_of(CORPUS[name])}{form}")[0].headers).lower()


def test_attachments_are_saved_under_a_harmless_name_and_never_shown(mail: RunningReader) -> None:
    name = name_of(CORPUS["hostile-names"])
    text = page(mail, f"m/{name}")
    addresses = [each.split('"')[1] for each in text.split("<a href=")[1:] if "/part/" in each.split('"')[1]]
    assert len(addresses) == 2
    for each in addresses:
        answer, _ = mail.ask(each)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert "x-y" not in {header.lower() for header in answer.headers}
        assert not set(answer.headers["content-disposition"].partition("''")[2]) & set("/\\:")


def test_a_picture_inside_is_shown_and_svg_is_not(mail: RunningReader) -> None:
    name = name_of(CORPUS["related"])
    text = page(mail, f"m/{name}")
    assert f'src="{name}/picture/1"' in text
    assert f"{name}/picture/2" not in text
    assert mail.ask(f"m/{name}/picture/1")[0].headers["content-type"] == "image/png"
    assert mail.ask(f"m/{name}/picture/2")[0].status == 404


def test_a_message_can_be_saved_byte_for_byte(mail: RunningReader) -> None:
    assert mail.ask(f"m/{name_of(FIRST)}/raw")[1] == FIRST


def test_a_file_that_is_gone_is_said_and_the_reader_goes_on(tmp_path: Path) -> None:
    keep(tmp_path, [FIRST, DELETED])
    for path in tmp_path.glob(f"*/cur/{name_of(FIRST)}*"):
        path.unlink()
    running = RunningReader(tmp_path)
    try:
        answer, body = running.ask(f"m/{name_of(FIRST)}")
        assert answer.status == 503
        assert b"cannot be read just now" in body
        assert running.ask(f"m/{name_of(DELETED)}")[0].status == 200
    finally:
        running.stop()


def test_a_message_of_plain_text_alone_offers_no_other_form(mail: RunningReader) -> None:
    plain = mail.ask(f"m/{name_of(FIRST)}")[1].decode()
    assert "Save the message" in plain
    assert "laid out" not in plain
    assert "Show as text" not in plain
