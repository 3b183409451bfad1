"""lightship.yaml: the shipped example is sound; a mistake names file, line, column, path, and what would do."""

from pathlib import Path

import msgspec
import pytest

from lightship.run.cli import run
from lightship.run.configuration import CheckEntry, Configuration, Page
from lightship.run.exit_codes import ExitCode
from lightship.run.planning import read
from lightship.vocabulary.errors import BadInput

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs/examples/lightship.yaml"
REFERENCE = ROOT / "docs/reference/configuration.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "lightship.yaml"
    path.write_text(text)
    return path


def test_the_example_is_sound_and_read_as_it_says() -> None:
    plan = read(EXAMPLE)
    assert [each.name for each in plan.things] == ["example.org", "Our shop", "mail.example.org:587"]
    assert [each.every for each in plan.things] == [20.0, 10.0, 20.0]
    said = [each.text for each in plan.things[1].check.conditions]
    assert said == ["status is 200", "body contains ok", "certificate expires in more than 14 days"]
    assert len(plan.controls) == 3
    assert (plan.host, plan.port) == ("127.0.0.1", 8080)
    assert plan.store == EXAMPLE.parent / "lightship.db"
    assert plan.settings.one_vantage


def test_the_reference_names_every_key() -> None:
    text = REFERENCE.read_text()
    for form in (Configuration, CheckEntry, Page):
        for name in msgspec.structs.fields(form):
            assert f"`{name.name}`" in text, f"{form.__name__}.{name.name}"


def test_without_controls_local_targets_ask_nobody_else(tmp_path: Path) -> None:
    plan = read(written(tmp_path, "checks: [http://127.0.0.1:8000/]"))
    assert plan.controls == ()
    assert len(read(written(tmp_path, "checks: [https://example.org]")).controls) == 3
    assert read(written(tmp_path, "checks: [https://example.org]\ncontrols: []")).controls == ()


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("", "lightship.yaml", "write at least `checks:"),
        ("# nothing yet\n", "lightship.yaml", "write at least `checks:"),
        ("checks: []", "lightship.yaml:1:9 checks", "nothing to watch"),
        ("- https://example.org", "lightship.yaml:1:1", ""),
        ("checks: [https://example.org", "lightship.yaml:", ""),
        ("checks: [http://a.example]\nchecks: [http://b.example]", "lightship.yaml:2:1", "'checks' again"),
        ("checks: [https://example.org]\npages: {}", "lightship.yaml:2:", "pages"),
        ("checks: [https://example.org]\npage: {listne: ''}", "lightship.yaml:2:", "listne"),
        ("checks:\n- https://example.org\n- htps://example.org", "lightship.yaml:3:3 checks[1]", "did you mean https"),
        ("checks:\n- url: https://example.org\n  every: 0.2", "lightship.yaml:3:10 checks[0].every", "0.2 s"),
        ("checks:\n- url: https://example.org\n  every: 90", "lightship.yaml:3:10 checks[0].every", "from 1 to 60"),
        ("checks:\n- url: https://example.org\n  timeout: 0", "lightship.yaml:3:12 checks[0].timeout", "0 s"),
        ("checks:\n- url: https://example.org\n  timeout: soon", "lightship.yaml:3:12 checks[0].timeout", ""),
        ("checks:\n- name: shop", "lightship.yaml:2:3 checks[0]", "url"),
        ("checks: [https://example.org]\nzone: Europe/Atlantis", "lightship.yaml:2:7 zone", "IANA"),
        ("checks: [https://example.org]\npage: {listen: 8080}", "lightship.yaml:2:", "page.listen"),
        ("checks: [https://example.org]\npage: {listen: 'a:99999'}", "lightship.yaml:2:16 page.listen", "HOST:PORT"),
        ("checks: [https://example.org]\ncontrols: [1.1.1.1]", "lightship.yaml:2:12 controls[0]", "no scheme"),
        ("checks:\n- url: https://example.org\n  expect: {status: [200]}", "lightship.yaml:3:", "status"),
        ("checks:\n- url: http://a.example\n  expect: {status: [500, 200]}", ":3:20 checks[0].expect", "the lowest"),
        ("checks: &a [*a]", "lightship.yaml:1:", ""),
        ("checks: !!python/object:os.system ['id']", "lightship.yaml:1:", ""),
        ("\x00", "lightship.yaml", ""),
    ],
)  # fmt: skip
def test_a_mistake_names_its_place_and_what_would_do(
    text: str, place: str, found: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as caught:
        read(written(tmp_path, text))
    assert place in str(caught.value)
    assert found in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", str(tmp_path / "no.yaml")]) == ExitCode.BAD_INPUT
    assert "no.yaml" in capsys.readouterr().err


def test_a_folder_for_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", str(tmp_path)]) == ExitCode.BAD_INPUT
    assert str(tmp_path) in capsys.readouterr().err


def test_serve_can_only_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", str(EXAMPLE), "--check"]) == ExitCode.OK
    assert "sound; 3 checks, 3 control targets" in capsys.readouterr().out
