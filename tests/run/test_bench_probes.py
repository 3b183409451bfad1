"""The bench of probing: what is missing is said, a figure comes from a real run, and a blind watch is not innocent."""

import socket
from collections import Counter

import pytest

from lightship.run.benches.probes import beside, flood, innocence, journey, ours
from lightship.run.benches.probes.accuracy import _judged
from lightship.run.benches.probes.flood import Felt


def test_a_program_that_is_not_here_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (beside, journey):
        monkeypatch.setattr(module, "program", lambda _: None)
    found = [*(bar for _, bar in beside.cpu(300, 1)), journey.measure(1)]
    assert {bar.verdict for bar in found} == {"not measured"}
    assert "apt-get install nginx-light knot prometheus-blackbox-exporter fping" in found[0].why_not


def test_what_a_probe_costs_is_measured_in_a_process_of_its_own_and_failures_are_no_bargain() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        assert 0 < ours.cost("probes", address, 100, 8) < 0.1
    with pytest.raises(ValueError, match="100 of 100 probes of ours failed"):
        ours.cost("probes", address, 100, 8)


def test_a_round_trip_that_is_off_breaks_the_bar_by_its_middle_or_by_its_tail() -> None:
    truth = {n: 50e-6 for n in range(100)}
    assert _judged("", {n: 55e-6 for n in truth}, truth).holds
    assert not _judged("", {n: 80e-6 for n in truth}, truth).holds
    assert not _judged("", {n: 50e-6 + (n > 90) * 1e-3 for n in truth}, truth).holds


def test_what_was_accepted_and_is_not_in_the_book_counts_for_nothing() -> None:
    felt = Felt([0.001] * 100, [0.001] * 99 + [0.002], Counter({200: 20_000, 503: 5}))
    assert flood._rate(felt, 20_000).holds
    assert not flood._rate(felt, 19_999).holds
    assert flood._page(felt).figure == pytest.approx(2.0)


@pytest.mark.soak
@pytest.mark.needs("namespaces")
def test_own_trouble_makes_no_incident_and_the_outage_after_it_does() -> None:
    for name, bar in innocence.measure():
        assert bar.holds, (name, bar)
