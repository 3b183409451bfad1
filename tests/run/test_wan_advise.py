"""Advice for other routers, and the unit for systemd: texts that other programs read."""

import configparser
import shlex
import time
from pathlib import Path

import msgspec
import pytest
from click import BadParameter
from click.testing import CliRunner

from lightship.edges.links.history import History, Minute, Proof
from lightship.endure.wan.advice import Watched, advise, mwan3, pfsense
from lightship.endure.wan.budget import Budget
from lightship.endure.wan.report import Place, SwitchReport
from lightship.run.cli import cli
from lightship.run.commands.wan.options import Asked, Bytes
from lightship.run.wan.hands import Wanted
from lightship.run.wan.unit import install, unit
from lightship.vocabulary.errors import StoreRefused

NOW = int(time.time() // 60)


def watched(folder: Path, minutes: int = 120) -> None:
    """A fixed line with two good targets and a bad one, and a modem."""
    kept = History(folder)
    for n in range(minutes):
        at = NOW - minutes + n
        kept.minutes([
            Minute(at, "eth0", "ping 192.0.2.1", 100, 1 if n % 50 == 0 else 0, 1.2, 0.031),
            Minute(at, "eth0", "ping 192.0.2.2", 100, 0, 2.0, 0.050),
            Minute(at, "eth0", "ping 192.0.2.3", 60, 40, 1.0, 0.2),
            Minute(at, "eth0", "dns 192.0.2.1", 30, 0, 1.0, 0.2),
            Minute(at, "wwan0", "ping 192.0.2.1", 2, 0, 0.1, 0.4),
        ])  # fmt: skip
    kept.proven([Proof("eth0", False, 1, 0.01), Proof("wwan0", True, 1, 0.05)])
    kept.close()


def test_the_best_monitors_are_advised_and_the_bad_one_is_not(tmp_path: Path) -> None:
    watched(tmp_path)
    ran = CliRunner().invoke(cli, ["wan", "advise", "--data", str(tmp_path), "--json"])
    first, second = msgspec.json.decode(ran.stdout)
    assert first["uplink"] == "eth0"
    assert first["targets"] == ["192.0.2.2", "192.0.2.1"]
    assert first["left_out"] == [["192.0.2.3", "loses 40% in usual minutes"]]
    assert second["interval_s"] == 30
    assert first["loss_percent"][1] >= 20


def test_the_settings_are_printed_for_each_router(tmp_path: Path) -> None:
    watched(tmp_path)
    text = CliRunner().invoke(cli, ["wan", "advise", "--data", str(tmp_path)]).stdout
    assert "config interface 'eth0'" in text
    assert "list track_ip '192.0.2.2'" in text
    assert "option use_policy 'failover'" in text
    text = CliRunner().invoke(cli, ["wan", "advise", "--data", str(tmp_path), "--for", "pfsense"]).stdout
    assert "Gateway of wwan0" in text
    assert "eth0 tier 1, wwan0 tier 2" in text


def test_what_another_version_kept_is_left_out(tmp_path: Path) -> None:
    kept = History(tmp_path)
    kept.minutes([Minute(NOW - n, "eth0", "192.0.2.1", 100, 0, 1.2, 0.031) for n in range(1, 100)])
    kept.close()
    ran = CliRunner().invoke(cli, ["wan", "advise", "--data", str(tmp_path)])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "eth0: no address that was pinged" in ran.stderr


def test_with_too_little_known_there_is_no_advice(tmp_path: Path) -> None:
    watched(tmp_path, minutes=20)
    ran = CliRunner().invoke(cli, ["wan", "advise", "--data", str(tmp_path)])
    assert ran.exit_code == 1
    assert "eth0: no address that was pinged for 60 min" in ran.stderr


def test_a_slow_line_gets_long_timeouts() -> None:
    slow = Watched("sat0", "192.0.2.1", "ping", 500, 0.0, 0.3, 0.6, 1.4)
    made = advise([slow])
    assert made is not None
    assert (made.timeout_s, made.latency_ms[1], made.loss_percent[1]) == (2, 2800, 40)
    assert "timeout '2'" in mwan3([made])
    assert "1400 to 2800 ms" in pfsense([made])
    assert advise([msgspec.structs.replace(slow, minutes=5)]) is None


ASKED = Asked(("eth0", "wwan0"), ("192.0.2.1",), (), None, (), "usual", None)
WANTED = Wanted(cap=5_000_000_000, also=("192.0.2.9",), report="/var/log/100%.json", place=Place(area="0113"))


def test_the_unit_has_the_same_command_few_rights_and_a_clean_up(tmp_path: Path) -> None:
    path = install(ASKED, WANTED, tmp_path)
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(path)
    service = read["Service"]
    words = shlex.split(service["ExecStart"])
    assert words[1:7] == ["-m", "lightship", "wan", "protect", "eth0", "wwan0"]
    assert {"--cap=5000000000", "--target=192.0.2.1", "--portal-check=none", "--area=0113"} <= set(words)
    assert "--report=/var/log/100%%.json" in words
    assert shlex.split(service["ExecStopPost"])[5] == "--restore"
    # A Python that lies in somebody's home has to be read there, by a root that may do nothing else.
    more = "" if service["ProtectHome"] == "yes" else " CAP_DAC_READ_SEARCH"
    assert service["CapabilityBoundingSet"] == f"CAP_NET_ADMIN CAP_NET_RAW{more}"
    assert service["ProtectSystem"] == "strict"


def test_the_options_of_the_unit_are_taken_by_the_command() -> None:
    line = next(each for each in unit(ASKED, WANTED).splitlines() if each.startswith("ExecStart="))
    words = [each.replace("%%", "%") for each in shlex.split(line.removeprefix("ExecStart="))[3:]]
    ran = CliRunner().invoke(cli, [*words, "--install", "--help"])
    assert ran.exit_code == 0, ran.output


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match=r"lightship-wan\.service"):
        install(ASKED, WANTED, tmp_path / "missing")


def test_a_report_says_what_is_known_and_leaves_out_what_is_not() -> None:
    made = SwitchReport("out", "2026-03-01T10:00:00.000Z", "broadband", "dead", 0.7, area="0113")
    assert msgspec.json.decode(made.encoded()) == {
        "lightship_wan": 1, "event": "out", "at": "2026-03-01T10:00:00.000Z", "service": "broadband",
        "state": "dead", "seconds": 0.7, "area": "0113",
    }  # fmt: skip


def test_a_budget_warns_at_each_stage_once_and_closes() -> None:
    budget, said, allowed = Budget(cap=1000).read(0), list[str | None](), list[str]()
    for counter in (700, 760, 800, 950, 999, 1000, 1500):
        after = budget.read(counter)
        said.append(after.warning(budget))
        allowed.append(after.allowance)
        budget = after
    assert [each is not None for each in said] == [False, True, False, True, False, True, False]
    assert allowed == ["all", "all", "all", "marked", "marked", "none", "none"]
    assert said[1] == "75% of 1.00 kB used (760 B): a warning"
    assert Budget(cap=None, used=10**12).allowance == "all"


@pytest.mark.parametrize(
    ("said", "found"), [("5GB", 5 * 10**9), ("500 MB", 5 * 10**8), ("1.5gb", 1_500_000_000), ("700", 700)]
)
def test_a_cap_is_said_in_the_units_of_contracts(said: str, found: int) -> None:
    assert Bytes().convert(said, None, None) == found


@pytest.mark.parametrize("said", ["0", "much", "-5GB", "5 GiB"])
def test_what_is_no_number_of_bytes_is_refused(said: str) -> None:
    with pytest.raises(BadParameter, match="write 500MB or 5GB"):
        Bytes().convert(said, None, None)
