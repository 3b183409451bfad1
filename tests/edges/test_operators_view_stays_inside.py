"""The public view and the operators' are kept apart: nothing that names a third party, a site, a runner-up, a single
point or a blind spot reaches a page, a feed or a message, whatever a diagnosis holds."""

from typing import get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.edges.files.templates import template_texts
from lightship.tell.site import files
from lightship.vocabulary.components import Component, ComponentId, ComponentKind, NetworkMap
from lightship.vocabulary.decisions import Publish
from lightship.vocabulary.diagnosis import Diagnosis, Standing
from lightship.vocabulary.incidents import Incident
from tests.core.outage import Desk, diagnosis, minute, national
from tests.support import fictional

SECRET = "zqsecretqz"
TEMPLATES = template_texts()
STANDINGS: tuple[Standing, ...] = get_args(Standing)


def marked(struct: type, depth: int = 0) -> dict[str, object]:
    """Values for every field of text, and every list, of a record: all say SECRET. New fields are in it, too."""
    found: dict[str, object] = {}
    for name, hint in get_type_hints(struct).items():
        value = _value(hint, depth)
        if value is not None:
            found[name] = value
    return found


def _value(hint: object, depth: int) -> object:
    if hint is str or hint == ComponentId or getattr(hint, "__supertype__", None) is str:
        return SECRET
    if get_origin(hint) is tuple and depth < 4:
        inner = _value(get_args(hint)[0], depth + 1)
        return () if inner is None else (inner,)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        filled = marked(hint, depth + 1)
        return _made(hint, filled)
    return None


def _made(struct: type, filled: dict[str, object]) -> object:
    """An instance; numbers are a half, closed choices their first word."""
    hints = get_type_hints(struct)
    blank: dict[str, object] = {}
    for name, hint in hints.items():
        choices = [each for each in get_args(hint) if isinstance(each, str)]
        blank[name] = filled.get(name, choices[0] if choices else 0.5)
        if hint is int:
            blank[name] = 1
    return struct(**blank)


def loaded(standing: Standing) -> Diagnosis:
    """A diagnosis about a third party's building with everything in it that operators may see."""
    plain = diagnosis("ld8", "ld8", "linx-ld8", standing=standing)
    secret = marked(Diagnosis)
    kept = {
        name: secret[name]
        for name in secret
        if name not in ("members", "chosen", "beliefs", "categories", "standing")
    }
    return msgspec.structs.replace(plain, **kept)


def test_the_marked_record_has_a_secret_in_every_part_that_operators_read() -> None:
    text = msgspec.json.encode(loaded("named to operators")).decode()
    for part in ("runners_up", "separate_by", "evidence_for", "evidence_against", "blind_spots", "redundancy_lost",
                 "also", "map_doubts", "reason", "why_chosen"):  # fmt: skip
        assert SECRET in str(msgspec.json.decode(text)[part]), part


def pages(incident_diagnosis: Diagnosis) -> dict[str, str]:
    """The whole site of an outage with that diagnosis, on a network whose parts have secret names."""
    kinds: tuple[ComponentKind, ...] = ("building", "peering", "ups", "supplier", "exchange")
    parts = tuple(
        Component(ComponentId(name), kind, f"{SECRET} {name}", owner=SECRET, place=SECRET)
        for name, kind in zip(("ld8", "linx-ld8", "a", "b", "c"), kinds, strict=True)
    )
    network: NetworkMap = msgspec.structs.replace(fictional.network(), components=parts)
    situation = fictional.rich()
    incidents: tuple[Incident, ...] = tuple(
        msgspec.structs.replace(each, diagnoses=(*each.diagnoses, incident_diagnosis))
        for each in situation.incidents
    )
    return files(msgspec.structs.replace(situation, network=network, incidents=incidents), TEMPLATES)


@pytest.mark.parametrize("standing", STANDINGS)
def test_no_page_and_no_feed_shows_what_is_for_operators(standing: Standing) -> None:
    for path, page in pages(loaded(standing)).items():
        assert SECRET not in page.lower(), path


@given(st.sampled_from(STANDINGS), st.booleans())
@settings(max_examples=12)
def test_no_published_message_says_what_is_for_operators(standing: Standing, again: bool) -> None:
    desk = Desk()
    for n in range(2 if again else 1):
        desk.tick(minute(6 + 20 * n), (national(),), (loaded(standing),))
    said = [each for each in desk.decisions if isinstance(each, Publish)]
    assert said
    for each in said:
        text = msgspec.json.encode(each.update).decode().lower()
        assert SECRET not in text
        assert not any(name in text for name in ("harbour exchange", "telehouse", "linx", "equinix", "ld8"))
