"""`lightship explain`: the record made again from the log, every nat accounted for, clear words where it cannot."""

import json
from math import log
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.cli import run
from lightship.run.explaining.explanation import explanation
from lightship.run.explaining.folded import Folded, chosen, fold, main_way
from lightship.run.explaining.log import Log, of_scenario, of_store
from lightship.run.explaining.page import page
from lightship.run.explaining.supposed import supposed
from lightship.run.explaining.weighed import nats_by_row, row_name, weighed
from lightship.run.explaining.words import observers, weak_spots
from lightship.run.replay import Replay
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.time import MINUTE, Instant
from tests.support.replays import short

INCIDENT = "20160720-1"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store of the first quarter of an hour of 20 July 2016."""
    folder = tmp_path_factory.mktemp("hub")
    store = SqliteStore(folder / "replay.db")
    Replay(short(before=15, after=15), store, lambda state, at, keys: None).run()
    store.close()
    return folder


@pytest.fixture(scope="module")
def read(data: Path) -> tuple[Log, Folded]:
    found, _ = of_store(data, "latest")
    return found, fold(found, None)


def explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(["explain", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_every_margin_is_made_again_and_is_the_records(read: tuple[Log, Folded]) -> None:
    way = main_way(read[1])
    assert way is not None
    named = [each for each in way.searches if each.diagnosis.members]
    assert len(named) >= 4
    for search in named:
        found = weighed(search)
        assert found.rival is not None
        assert found.here.total - found.rival.total == pytest.approx(search.diagnosis.margin, abs=1e-3)


def test_rows_levels_and_prior_add_up_to_the_total(read: tuple[Log, Folded]) -> None:
    way = main_way(read[1])
    assert way is not None
    found = weighed(way.searches[-1])
    nats, bounded, cost = nats_by_row(found.scorer, found.fit)
    assert nats.sum() + cost == pytest.approx(found.fit.data, abs=1e-6)
    for account in (found.here, found.rival):
        assert account is not None
        assert account.rows + account.level_cost + account.prior == pytest.approx(account.total, abs=5e-3)
    assert sum(row.nats for row in found.rows) == pytest.approx(
        found.here.rows, abs=0.005 * len(bounded) ** 0.5
    )
    for row in found.rows:
        assert row.bounded / row.divided_by == pytest.approx(row.nats, rel=0.02, abs=0.01)


def test_the_nats_of_a_probe_are_those_of_a_calculation_by_hand(read: tuple[Log, Folded]) -> None:
    way = main_way(read[1])
    assert way is not None
    rows = [
        row for row in weighed(way.searches[-1]).rows
        if row.kind == "probe" and "from outside-" in row.name and row.lost == 1.0 and row.of is not None
    ]  # fmt: skip
    assert rows
    for row in rows:
        assert row.of is not None
        wrong, miss = row.expected / row.of, 0.02
        by_hand = row.seen * log((1 - miss) / wrong) + (row.of - row.seen) * log(miss / (1 - wrong))
        assert row.raw == pytest.approx(by_hand, rel=0.1)


def test_a_store_that_a_hub_has_open_is_read_and_not_written(data: Path) -> None:
    hub = SqliteStore(data / "replay.db")
    before = (data / "replay.db").read_bytes()
    found, incident = of_store(data, INCIDENT)
    assert incident == INCIDENT
    assert sum(1 for _ in found.events) == hub.head()
    assert (data / "replay.db").read_bytes() == before
    hub.close()


def test_the_terminal_says_the_most_important_first(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explained(["latest", "--data", str(data), "--rows", "3"], capsys)
    assert code == 0
    order = [
        "OPERATORS ONLY", "SIMULATED", "Harbour Exchange", "nats over the best explanation without it", " For ",
        "Against", "What else it could be", "What would tell them apart", "Margin over time", "The sum",
        "is the record's", "Observations", "model joint-likelihood",
    ]  # fmt: skip
    places = [" ".join(out.split()).find(each) for each in order]
    assert min(places) >= 0
    assert places == sorted(places)


def test_json_has_the_whole_record(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explained([INCIDENT, "--data", str(data), "--at", "+5m", "--json"], capsys)
    found: dict[str, Any] = json.loads(out)
    assert code == 0
    assert found["audience"] == "operators"
    assert found["simulated"] is True
    assert found["agrees"] is True
    assert found["at"] <= "2016-07-20T07:00:10Z"
    assert found["incident"]["id"] == INCIDENT
    assert {"ld8", "ld8-feed", "ld8-ups"} <= {*found["diagnosis"]["members"]}
    assert found["points"][-1]["at"] == found["at"]
    assert len(found["footprint"]) == 611
    assert found["series"]["times"]


def test_a_scenario_is_replayed_up_to_the_instant_and_explained_without_a_store(
    data: Path, read: tuple[Log, Folded]
) -> None:
    scenario = short(before=15, after=15)
    there = of_scenario(scenario, Instant(scenario.t0 + 5 * MINUTE))
    way, same = main_way(fold(there, None)), main_way(read[1])
    assert way is not None
    assert same is not None
    search = chosen(way, None)
    assert search is not None
    other = chosen(same, search.at)
    assert other is not None
    assert search.diagnosis == other.diagnosis
    assert other.at - scenario.t0 <= 5 * MINUTE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["20160720-9"], "no such incident"),
        (["latest", "--at", "-10m"], "had not been opened"),
        (["latest", "--at", "yesterday"], "a span after the onset such as +12m"),
        (["latest", "--seed", "3"], "a seed beside a store"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_what_would_do(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    code, out, err = explained([*arguments, "--data", str(data)], capsys)
    assert (code, out) == (3, "")
    assert words in err


def test_no_store_and_no_scenario_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no file that ends in .db" in explained(["latest", "--data", str(tmp_path)], capsys)[2]
    assert "no such file or folder" in explained(["latest", "--data", str(tmp_path / "x")], capsys)[2]
    (tmp_path / "y.db").write_bytes(b"rubbish" * 1000)
    code, _, err = explained(["latest", "--data", str(tmp_path)], capsys)
    assert code == 4
    assert "not a Lightship store" in err
    assert "no scenario of that name" in explained(["20160720-1"], capsys)[2]


def test_doubts_about_the_map_lost_redundancy_and_how_observers_err_are_told(
    read: tuple[Log, Folded],
) -> None:
    way = main_way(read[1])
    assert way is not None
    found = explanation(read[0], read[1], way, way.searches[-1])
    doubtful = msgspec.structs.replace(
        found.diagnosis, map_doubts=(ComponentId("thn"),), redundancy_lost=(ComponentId("ld8-ups"),)
    )
    told = " ".join(weak_spots(msgspec.structs.replace(found, diagnosis=doubtful)))
    assert "an edge may be missing" in told
    assert "nothing shows while what stands in for it holds" in told
    assert "a probe fails by itself in" in observers(found.diagnosis)


def test_one_more_answer_is_taken_in_without_a_search_and_many_failures_elsewhere_change_the_answer(
    read: tuple[Log, Folded],
) -> None:
    way = main_way(read[1])
    assert way is not None
    taken = weighed(way.searches[-1])
    same = supposed(taken, ("tcp://edge-linx-ld8.example:443 from outside-isp-a answers",))
    assert not same.searched
    assert same.after == same.before
    assert same.margin_before is not None
    assert same.margin_after is not None
    assert 0.0 < same.margin_after < same.margin_before
    names = {row_name(taken.scorer, n) for n in np.flatnonzero(taken.scorer.known.is_probe).tolist()}
    elsewhere = sorted(name for name in names if "thn" in name)
    other = supposed(taken, tuple(f"{name} fails" for name in elsewhere for _ in range(20)))
    assert other.searched
    assert any("Telehouse" in member for members in other.after for member in members)


@pytest.mark.parametrize("words", ["linx-ld8 answers", "tcp://edge-linx-ld8.example:443"])
def test_a_supposition_that_cannot_be_read_is_refused_with_what_would_do(
    data: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    code, out, err = explained(["latest", "--data", str(data), "--suppose", words], capsys)
    assert (code, out) == (3, "")
    assert "--suppose" in err
    assert "one of:" in err or "from outside-isp-a fails" in err


@pytest.fixture(scope="module")
def written(read: tuple[Log, Folded]) -> str:
    way = main_way(read[1])
    assert way is not None
    search = chosen(way, None)
    assert search is not None
    assert search.after.stages is not None
    return page(explanation(read[0], read[1], way, search), search.after.stages.feet.network)


def test_the_page_asks_for_nothing_and_says_whom_it_is_for(written: str) -> None:
    assert "<script" not in written
    assert 'src="http' not in written
    assert "url(" not in written.replace("url(#", "")
    assert "For operators. Not for the public" in written
    assert "<b>Simulation.</b>" in written
    assert 'name="robots" content="noindex"' in written
    assert written.count("data:image/svg+xml;base64,") == 2
    for heading in (
        "Evidence",
        "What else it could be",
        "Margin over time",
        "Footprint",
        "Check it",
        "Observations",
    ):
        assert f">{heading}</h" in written


def test_hostile_names_are_text(read: tuple[Log, Folded]) -> None:
    way = main_way(read[1])
    assert way is not None
    search = chosen(way, None)
    assert search is not None
    assert search.after.stages is not None
    network = search.after.stages.feet.network
    found = explanation(read[0], read[1], way, search)
    bad = "<script>alert(1)</script><img src=x onerror=y>"
    hostile = msgspec.structs.replace(found, names=dict.fromkeys(found.names, bad), origin=bad, map_note=bad)
    html = page(hostile, network)
    assert "<script" not in html
    assert "<img src=x" not in html
