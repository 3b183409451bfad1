"""The graph of reports against normal as SVG."""

import gzip
from math import inf, isnan, nan
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.tell.drawing.graph_parts import mark_rows
from lightship.tell.drawing.report_graph import describe, report_graph
from lightship.tell.drawing.scale import Plot, round_top, runs

SVG = "{http://www.w3.org/2000/svg}"
LABELS = ["8am", "", "", "", "9am", ""]
HIGH = [5.0] * 6
counts = st.lists(st.one_of(st.just(nan), st.floats(0, 1e6)), max_size=120)


def drawn(
    reports: list[float], simulated: bool = False, marks: tuple[tuple[int, str], ...] = ()
) -> ElementTree.Element:
    return ElementTree.fromstring(
        report_graph(LABELS, reports, HIGH, marks, "Broadband reports per 15 minutes", simulated)
    )


def shapes(svg: ElementTree.Element, tag: str, name: str) -> list[ElementTree.Element]:
    return [each for each in svg.iter(f"{SVG}{tag}") if each.get("class") == name]


def words(svg: ElementTree.Element) -> list[str]:
    return ["".join(each.itertext()) for each in svg.iter(f"{SVG}text")]


def test_a_slot_that_was_not_measured_is_a_gap_and_not_a_zero() -> None:
    measured, gone = drawn([2, 3, 0, 40, 9, 1]), drawn([2, 3, nan, 40, 9, 1])
    assert not shapes(measured, "rect", "gap")
    assert len(shapes(gone, "rect", "gap")) == 2  # one drawn, one in the key
    assert "not measured" in words(gone)
    assert "Not measured: 1 of 6 bars." in describe(LABELS, [2, 3, nan, 40, 9, 1], HIGH)


def test_where_normal_is_not_known_no_band_is_drawn() -> None:
    svg = report_graph(LABELS, [1] * 6, [nan, 5, 5, nan, 5, nan], (), "Reports", False)
    (band,) = shapes(ElementTree.fromstring(svg), "path", "band")
    assert (band.get("d") or "").count("M") == 2


def test_one_bar_a_slot_above_zero() -> None:
    (bar,) = shapes(drawn([2, 0, nan, 40, 9, 1]), "path", "bar")
    assert (bar.get("d") or "").count("M") == 4


def test_the_graph_has_a_role_a_name_and_says_itself_in_words() -> None:
    svg = drawn([2, 3, 4, 40, 9, 1])
    named = {each.get("id"): "".join(each.itertext()) for each in svg.iter() if each.get("id")}
    assert svg.get("role") == "img"
    assert named[svg.get("aria-labelledby")] == "Broadband reports per 15 minutes"
    assert (
        named[svg.get("aria-describedby")]
        == "From 8am to 9am. The most in one bar is 40, after 8am. Up to 5 is normal."
    )


def test_of_equal_bars_the_words_name_the_earliest() -> None:
    assert "is 7, after 8am" in describe(LABELS, [1, 7, 1, 1, 7, 1], HIGH)


def test_without_a_measured_slot_it_says_so() -> None:
    assert describe(LABELS, [nan] * 6, HIGH) == "No reports were counted in this time."
    assert drawn([nan] * 6).get("role") == "img"


def test_it_says_simulated_where_it_is_and_nowhere_else() -> None:
    assert "SIMULATED" in words(drawn([1] * 6, simulated=True))
    assert "SIMULATED" not in "".join(drawn([1] * 6).itertext())


def test_what_is_expected_is_drawn_only_where_it_is_known() -> None:
    svg = report_graph(LABELS, [1] * 6, HIGH, (), "Reports", False, normal=[2, 2, nan, 2, 2, 2])
    line = shapes(ElementTree.fromstring(svg), "path", "line")[-1]
    assert (line.get("d") or "").count("M") == 2
    assert "expected" in words(ElementTree.fromstring(svg))
    assert "expected" not in words(drawn([1] * 6))


def test_its_rules_stay_inside_it_when_it_stands_in_a_page() -> None:
    (style,) = drawn([1] * 6).iter(f"{SVG}style")
    rules = [
        each
        for each in (style.text or "").replace("{", "}").split("}")
        if each.startswith((".", "svg", "text"))
    ]
    assert rules
    assert all(each.startswith(".graph") for each in rules)


def test_a_long_day_weighs_less_than_six_kilobytes() -> None:
    reports = [float(n * 7919 % 48_611) for n in range(96)]
    high = [float(n * 104_729 % 9_973) for n in range(96)]
    labels = [f"{n // 4}:00am" if n % 16 == 0 else "" for n in range(96)]
    svg = report_graph(
        labels, reports, high, ((20, "it began"), (70, "working again")), "Reports", True, high
    )
    assert len(gzip.compress(svg.encode(), 9)) < 6000


@given(counts)
def test_the_scale_holds_every_value_and_wastes_little(values: list[float]) -> None:
    top = round_top(values)
    largest = max([each for each in values if not isnan(each)], default=0.0)
    assert top >= largest
    assert top >= 4
    assert top == 4 or top <= 2 * largest
    assert (top / 2).is_integer()


@given(counts)
def test_known_and_missing_stretches_make_up_the_whole(values: list[float]) -> None:
    known = [n for first, beyond in runs(values) for n in range(first, beyond)]
    missing = [n for first, beyond in runs(values, missing=True) for n in range(first, beyond)]
    assert sorted(known + missing) == list(range(len(values)))
    assert all(isnan(values[n]) for n in missing)
    assert not any(isnan(values[n]) for n in known)


@given(
    st.lists(
        st.tuples(st.integers(0, 95), st.sampled_from(["it began", "working again", "published"])), max_size=5
    )
)
def test_the_words_of_two_marks_never_touch(named: list[tuple[int, str]]) -> None:
    plot = Plot(96, 100, 64, 632, 100, 300)
    placed = [(row, start, start + 15.0 * len(word)) for (_, word), (row, start) in
              zip(named, mark_rows(plot, named), strict=True)]  # fmt: skip
    for n, (row, start, end) in enumerate(placed):
        assert end <= 640
        assert all(other[0] != row or other[2] <= start or end <= other[1] for other in placed[:n])


def test_of_too_many_times_those_with_room_are_written() -> None:
    labels = [f"{n}:00am" for n in range(1, 13)]
    svg = ElementTree.fromstring(report_graph(labels, [1.0] * 12, [2.0] * 12, (), "Reports", False))
    written = [word for word in words(svg) if word.endswith("am")]
    assert written[0] == "1:00am"
    assert 4 <= len(written) < 12


def test_a_value_above_the_scale_stays_within_the_plot() -> None:
    assert Plot(10, 100, 0, 100, 20, 200).y(inf) == 20


@pytest.mark.parametrize("slots", [0, 1])
def test_a_graph_of_next_to_nothing_is_still_a_graph(slots: int) -> None:
    svg = report_graph([""] * slots, [3.0] * slots, [1.0] * slots, (), "Reports", False)
    assert ElementTree.fromstring(svg).get("role") == "img"
