"""A scenario becomes signals: in order, the same for the same seed, and in the numbers that it states."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest

from lightship.simulate.background import Attack, LocalFault, NeighbourOutage, Rumour
from lightship.simulate.faults import Fault, FaultMode
from lightship.simulate.observers import PassiveModel, ProbesModel, Ratio, ReportsModel, Trouble
from lightship.simulate.reports import OTHER_BRAND
from lightship.simulate.scenario import FeedEntry, Published, Scenario
from lightship.simulate.signals import run_length, signals
from lightship.simulate.truth import Truth, TruthSpan
from lightship.vocabulary.components import ComponentId, ProbePath
from lightship.vocabulary.signals import FeedEvent, Observation, PassiveCount, Report, Signal
from lightship.vocabulary.time import HOUR, MINUTE, Instant, after, parse_iso
from tests.support.markdown import ROOT
from tests.support.small_scenario import AREAS, BROADBAND, EMAIL, VOICE, network, scenario, span

SURE = ReportsModel(log10_ratio=Ratio(-2.0, 0.0), by_service={EMAIL: Ratio(-2.0, 0.0)})
DEAD = Fault(span("0s"), "dead", ComponentId("site-a"), until=span("2h"))


def run(outage: Scenario, seed: int | None = None) -> list[Signal]:
    return list(signals(outage, seed))


def written(found: Sequence[Signal]) -> bytes:
    return msgspec.json.encode([(type(each).__name__, each) for each in found])


def reports(outage: Scenario, seed: int | None = None) -> list[Report]:
    return [each for each in signals(outage, seed) if isinstance(each, Report)]


def seen(outage: Scenario) -> list[Observation]:
    return [each for each in signals(outage) if isinstance(each, Observation)]


def test_signals_come_in_the_order_of_time_and_within_the_run() -> None:
    outage = scenario(faults=(DEAD,), reports=SURE)
    at = [each.at for each in run(outage)]
    start, end = run_length(outage)
    assert at == sorted(at)
    assert start <= at[0]
    assert at[-1] < end


def test_the_run_is_what_the_scenario_says() -> None:
    start, end = run_length(scenario(start=span("-90m"), end=span("20s")))
    assert (start, end) == (parse_iso("2024-05-14T07:30:00Z"), parse_iso("2024-05-14T09:01:00Z"))


def test_the_same_seed_gives_the_same_signals_and_another_seed_others() -> None:
    outage = scenario(faults=(DEAD,), reports=SURE)
    assert written(run(outage)) == written(run(outage))
    assert written(run(outage, 1)) == written(run(outage))
    assert written(run(outage, 2)) != written(run(outage))


def test_a_false_truth_changes_no_signal() -> None:
    outage = scenario(faults=(DEAD,), reports=SURE)
    lied = msgspec.structs.replace(
        outage,
        truth=(Truth("down", "assumed", (TruthSpan(answer="no"),)), Truth("why", "none")),
        deadlines={"down": span("0s")},
        never=("declare_national_incident",),
        published=(Published("nobody", "all is well"),),
        title="nothing happened",
    )
    assert written(run(lied)) == written(run(outage))


def test_one_more_probe_changes_no_report() -> None:
    outage = scenario(faults=(DEAD,), reports=SURE)
    more = (*outage.network.probes, ProbePath("three", "https://else.example", "net-three"))
    wider = msgspec.structs.replace(outage, network=msgspec.structs.replace(outage.network, probes=more))
    assert reports(wider) == reports(outage)


def test_ordinary_reports_come_at_the_stated_rate() -> None:
    rate = 30.0
    model = ReportsModel(
        baseline_per_million_lines_per_15min=rate, diurnal="flat", duplicates=0.0,
        noise=msgspec.structs.replace(ReportsModel().noise, clumps_per_day=0.0, drift_per_day=0.0),
    )  # fmt: skip
    quiet = scenario(reports=model, start=span("-72h"), end=span("72h"))
    lines = sum(each.lines for each in quiet.network.service_areas)
    expected = rate * lines / 1e6 * 4 * 144
    assert len(reports(quiet)) == pytest.approx(expected, rel=0.2)


def test_people_report_less_at_night() -> None:
    model = ReportsModel(baseline_per_million_lines_per_15min=100.0)
    quiet = scenario(reports=model, start=span("-48h"), end=span("48h"))
    hours = Counter((each.at // HOUR + 1) % 24 for each in reports(quiet))  # British Summer Time
    night, day = hours[3] + hours[4], hours[11] + hours[12]
    assert 0.05 < night / day < 0.3


def test_a_share_of_those_hit_reports_and_most_of_them_in_the_first_hour() -> None:
    outage = scenario(faults=(DEAD,), reports=SURE)
    found = [each for each in reports(outage) if each.at >= outage.t0]
    hit = 0.1 * 12 * 100_000
    assert 0.4 < len(found) / (0.01 * hit) < 1.6
    early = sum(each.at < outage.t0 + HOUR for each in found)
    assert early > 0.5 * len(found)
    assert not [each for each in found if each.at < outage.t0 + 5 * 1000]


def test_the_later_reports_fall_by_half_in_about_the_stated_time() -> None:
    model = msgspec.structs.replace(SURE, newly_hit_per_hour=0.0, duplicates=0.0)
    model = msgspec.structs.replace(model, baseline_per_million_lines_per_15min=0.0)
    fault = Fault(span("0s"), "dead", ComponentId("site-b"))
    outage = scenario(faults=(fault,), reports=model, end=span("5h"))
    at = [(each.at - outage.t0) / MINUTE for each in reports(outage) if each.at > outage.t0]
    first, second = sum(60 <= m < 92 for m in at), sum(92 <= m < 124 for m in at)
    assert 0.35 < second / first < 0.65


def test_a_fault_at_night_is_reported_twice_at_onset_and_when_people_wake() -> None:
    fault = Fault(span("0s"), "dead", ComponentId("site-b"))
    outage = scenario(
        t0=parse_iso("2024-05-14T00:30:00Z"),
        start=span("-1h"),
        end=span("11h"),
        faults=(fault,),
        reports=SURE,
    )
    hours = Counter((each.at - outage.t0) // HOUR for each in reports(outage))
    onset, asleep, waking = hours[0] + hours[1], hours[3], max(hours[5], hours[6])
    assert onset > 2 * asleep
    assert waking > 2 * asleep


def test_those_whose_service_is_back_rarely_report() -> None:
    brief = Fault(span("0s"), "dead", ComponentId("site-a"), until=span("3m"))
    long = Fault(span("0s"), "dead", ComponentId("site-a"))
    assert len(reports(scenario(faults=(brief,), reports=SURE))) < 0.5 * len(
        reports(scenario(faults=(long,), reports=SURE))
    )


def test_people_make_the_stated_mistakes() -> None:
    outage = scenario(faults=(Fault(span("0s"), "dead", ComponentId("site-b")),), reports=SURE)
    found = [each for each in reports(outage) if each.at >= outage.t0]
    total = len(found)
    assert sum(each.service != BROADBAND for each in found) / total == pytest.approx(0.15, abs=0.02)
    assert sum(each.brand == OTHER_BRAND for each in found) / total == pytest.approx(0.055, abs=0.02)
    assert sum(each.area is None for each in found) / total == pytest.approx(0.35, abs=0.03)
    again = total - len({each.reporter for each in found})
    assert again / (total - again) == pytest.approx(0.2, abs=0.03)


def test_reporters_come_from_many_prefixes() -> None:
    outage = scenario(faults=(Fault(span("0s"), "dead", ComponentId("metro-0")),), reports=SURE)
    assert len({each.prefix for each in reports(outage)}) > 300


def test_a_fault_of_one_exchange_is_reported_from_its_area() -> None:
    fault = Fault(span("0s"), "dead", ComponentId("he-0113"))
    found = [each for each in reports(scenario(faults=(fault,), reports=SURE)) if each.area is not None]
    counts = Counter(each.area for each in found)
    assert counts.most_common(1)[0][0] == "0113"
    assert counts[AREAS[3]] > 0.8 * counts.total()


def test_a_local_fault_hits_so_many_lines_and_no_more() -> None:
    fault = LocalFault(span("0s"), AREAS[2], 50_000, span("2h"))
    outage = scenario(background=(fault,), reports=SURE)
    found = Counter(each.area for each in reports(outage) if each.at >= outage.t0)
    assert 100 < found[AREAS[2]] < 600


def test_a_rumour_multiplies_ordinary_reports_and_dies_away() -> None:
    model = ReportsModel(baseline_per_million_lines_per_15min=100.0)
    talk = Rumour(span("0s"), 5.0, (BROADBAND,))
    calm, loud = scenario(reports=model), scenario(reports=model, background=(talk,))
    count = {
        name: Counter(each.service for each in reports(one) if each.at >= one.t0)
        for name, one in (("calm", calm), ("loud", loud))
    }
    assert count["loud"][BROADBAND] > 1.8 * count["calm"][BROADBAND]
    assert count["loud"][VOICE] < 1.3 * count["calm"][VOICE]


def test_a_neighbours_outage_makes_some_people_name_us_while_nothing_of_ours_is_out() -> None:
    outage = scenario(background=(NeighbourOutage(span("0s"), span("2h"), 1_000_000, 0.055),), reports=SURE)
    found = [each for each in reports(outage) if each.at >= outage.t0]
    assert 150 < len(found) < 1500
    assert sum(each.brand == OTHER_BRAND for each in found) == 0
    assert sum(each.outcome == "down" for each in seen(outage)) < 40


def test_false_reports_come_from_as_few_prefixes_as_stated() -> None:
    attack = Attack(span("0s"), span("20m"), AREAS[4], 60, prefixes=3)
    quiet = ReportsModel(baseline_per_million_lines_per_15min=0.0)
    quiet = msgspec.structs.replace(quiet, noise=msgspec.structs.replace(quiet.noise, clumps_per_day=0.0))
    found = reports(scenario(background=(attack,), reports=quiet))
    assert len(found) == 60
    assert len({each.prefix for each in found}) <= 3
    assert {each.area for each in found} == {AREAS[4]}


def test_a_household_repeats_itself_from_one_prefix() -> None:
    quiet = ReportsModel(baseline_per_million_lines_per_15min=0.0, duplicates=0.0)
    quiet = msgspec.structs.replace(quiet, noise=msgspec.structs.replace(quiet.noise, clumps_per_day=40.0))
    found = reports(scenario(reports=quiet))
    assert found
    assert len({each.prefix for each in found}) < 0.6 * len(found)
    assert len({each.reporter for each in found}) == len(found)


def test_false_reports_may_be_a_share_of_all() -> None:
    model = msgspec.structs.replace(SURE, malicious=0.05, duplicates=0.0)
    plain = msgspec.structs.replace(SURE, malicious=0.0, duplicates=0.0)
    more, fewer = (len(reports(scenario(faults=(DEAD,), reports=one))) for one in (model, plain))
    assert 1.01 < more / fewer < 1.12


def test_the_stated_symptoms_are_what_people_say() -> None:
    quiet = msgspec.structs.replace(SURE, baseline_per_million_lines_per_15min=0.0, symptoms={"slow": 1.0})
    quiet = msgspec.structs.replace(quiet, noise=msgspec.structs.replace(quiet.noise, clumps_per_day=0.0))
    assert {each.symptom for each in reports(scenario(faults=(DEAD,), reports=quiet))} == {"slow"}


def test_a_fault_that_takes_the_second_way_of_reporting_silences_people() -> None:
    loud, silent = (
        len(reports(scenario(faults=(msgspec.structs.replace(DEAD, silences=share),), reports=SURE)))
        for share in (0.0, 0.9)
    )
    assert silent < 0.5 * loud


@pytest.mark.parametrize(
    ("mode", "node", "target", "stage", "failure"),
    [
        ("dead", "site-a", "https://beyond-a.example", "connect", "timeout"),
        ("power_out", "feed-a", "https://beyond-a.example", "connect", "unreachable"),
        ("login_only", "login", "imaps://imap.example", "answer", "login-refused"),
        ("wrong_answer", "front-1", "imaps://imap.example", "answer", "wrong-answer"),
        ("expire_at", "login", "imaps://imap.example", "tls", "certificate-expired"),
        ("dead", "dns", "dns://dns.example", "name", "resolver-failed"),
        ("flap", "site-b", "https://beyond-b.example", "connect", "reset"),
    ],
)
def test_a_probe_fails_as_its_fault_fails(
    mode: FaultMode, node: str, target: str, stage: str, failure: str
) -> None:
    nodes = (ComponentId(node), *((ComponentId("front-2"),) if node == "front-1" else ()))
    outage = scenario(faults=(Fault(span("0s"), mode, nodes=nodes),), probes=ProbesModel(false_failure=0.0))
    down = [each for each in seen(outage) if each.outcome == "down"]
    assert {each.target for each in down} == {target}
    assert {(each.stage, each.failure) for each in down} == {(stage, failure)}
    assert min(each.at for each in down) >= outage.t0


def test_every_path_is_measured_at_its_interval() -> None:
    model = ProbesModel(every=span("30s"), missed=0.0)
    quiet = scenario(probes=model, start=span("0s"), end=span("1h"))
    counts = Counter((each.vantage, each.target) for each in seen(quiet))
    assert set(counts.values()) == {120}
    one = [each.at for each in seen(quiet) if (each.vantage, each.target) == ("one", "dns://dns.example")]
    assert {b - a for a, b in pairwise(one)} == {30_000}


def test_an_interval_longer_than_a_block_is_kept() -> None:
    quiet = scenario(probes=ProbesModel(every=span("2h"), missed=0.0), start=span("0s"), end=span("24h"))
    counts = Counter((each.vantage, each.target) for each in seen(quiet))
    assert set(counts.values()) == {12}


def test_a_healthy_target_fails_as_rarely_as_stated() -> None:
    quiet = scenario(probes=ProbesModel(false_failure=0.01, troubles_per_day=0.0, missed=0.0))
    found = seen(quiet)
    assert sum(each.outcome == "down" for each in found) / len(found) == pytest.approx(0.01, abs=0.004)


def test_a_vantage_in_trouble_fails_on_everything_controls_included() -> None:
    model = ProbesModel(
        false_failure=0.0, troubles_per_day=0.0, trouble=(Trouble("one", span("0s"), span("10m")),)
    )
    down = [each for each in seen(scenario(probes=model)) if each.outcome == "down"]
    assert {each.vantage for each in down} == {"one"}
    assert "https://control.example" in {each.target for each in down}


def test_vantages_have_troubles_of_their_own() -> None:
    model = ProbesModel(false_failure=0.0, troubles_per_day=20.0)
    assert [each for each in seen(scenario(probes=model)) if each.outcome == "down"]


def test_feeds_deliver_their_events() -> None:
    entry = FeedEntry(
        span("1h"), "status", ComponentId("site-a"), "supplier-statement", "sorry", "https://a.example", True
    )
    outage = scenario(feeds=(entry,))
    (event,) = [each for each in run(outage) if isinstance(each, FeedEvent)]
    assert event.at == after(outage.t0, HOUR)
    assert (event.subject, event.names_publicly, event.url) == ("site-a", True, "https://a.example")


def test_passive_counts_fall_with_the_service_and_outsiders_have_none() -> None:
    model = (PassiveModel(BROADBAND, share=0.5),)
    fault = (Fault(span("0s"), "dead", ComponentId("he-0110")),)
    ours = [each for each in run(scenario(faults=fault, passive=model)) if isinstance(each, PassiveCount)]
    theirs = scenario(faults=fault, passive=model, deployment="outsiders")
    t0 = scenario().t0
    there = [each for each in ours if each.area == AREAS[0]]
    assert min(each.value for each in there if each.at < t0) > 10_000
    assert max(each.value for each in there if each.at > t0) == 0.0
    assert not [each for each in run(theirs) if isinstance(each, PassiveCount)]


def test_a_map_without_people_or_probes_is_silent() -> None:
    bare = msgspec.structs.replace(network(), service_areas=(), service_needs=(), probes=())
    assert run(scenario(network=bare)) == []


def test_clocks_that_go_back_do_not_stop_a_run() -> None:
    quiet = scenario(
        t0=Instant(parse_iso("2024-10-27T00:30:00Z")), start=span("-1h"), end=span("3h"),
        reports=ReportsModel(baseline_per_million_lines_per_15min=50.0),
    )  # fmt: skip
    assert reports(quiet)


def test_the_hash_seed_of_the_process_changes_no_signal() -> None:
    digests = {_digest_with_hash_seed(seed) for seed in ("0", "1")}
    assert len(digests) == 1


def _digest_with_hash_seed(seed: str) -> str:
    program = (
        "import hashlib; from tests.core.test_simulate_signals import *\n"
        "outage = scenario(faults=(DEAD,), reports=SURE)\n"
        "print(hashlib.sha256(written(run(outage))).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout
