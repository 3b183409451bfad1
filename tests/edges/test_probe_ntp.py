"""Time servers: a real one, one that admits that it does not know, and one that sends us away."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lightship.edges.probes.ntp import PACKET
from tests.support.debian import command
from tests.support.dns import deaf_udp_port
from tests.support.measuring import measure
from tests.support.serving import Foreground, free_udp_port


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """chrony, which serves its own clock as stratum 3 and does not touch this machine's."""
    port = free_udp_port()
    configuration = tmp_path / "chrony.conf"
    configuration.write_text(
        f"port {port}\nlocal stratum 3\ncmdport 0\nallow 127.0.0.0/8\nbindaddress 127.0.0.1\n"
        f"pidfile {tmp_path}/pid\nbindcmdaddress /\n"
    )
    running = Foreground(
        [command("chronyd"), "-x", "-d", "-f", str(configuration), "-U"],
        tmp_path,
        lambda: measure(f"ntp://127.0.0.1:{port}", timeout=0.2).up,
    )
    running.start()
    yield port
    running.stop()


@pytest.mark.needs("chrony")
def test_a_server_tells_its_stratum_and_our_offset(server: int) -> None:
    result = measure(f"ntp://127.0.0.1:{server}?offset=2000", timeout=5.0)
    assert result.up
    assert result.detail.startswith("stratum 3, ")


def answered_with(change: Callable[[list[int | bytes]], None]) -> str:
    """What the probe makes of a server whose answer is `change`d."""
    with closing(deaf_udp_port()) as sock:

        def serve() -> None:
            question, asker = sock.recvfrom(512)
            fields: list[int | bytes] = [0x24, 2, 0, 0, 0, 0, b"TEST", 0, PACKET.unpack(question)[10], 0, 0]
            change(fields)
            sock.sendto(PACKET.pack(*fields), asker)

        thread = threading.Thread(target=serve)
        thread.start()
        result = measure(f"ntp://127.0.0.1:{sock.getsockname()[1]}?offset=1000", timeout=1.0)
        thread.join()
    return f"{result.failure}: {result.detail}"


def set_to(number: int, value: int | bytes) -> Callable[[list[int | bytes]], None]:
    def change(fields: list[int | bytes]) -> None:
        fields[number] = value

    return change


def test_a_clock_that_is_not_synchronised_is_no_time() -> None:
    assert answered_with(set_to(1, 16)) == "wrong-answer: the server says that its clock is not synchronised"
    assert answered_with(set_to(0, 0xE4)).startswith("wrong-answer")


def test_a_kiss_of_death_is_told() -> None:
    def kiss(fields: list[int | bytes]) -> None:
        fields[1], fields[6] = 0, b"RATE"

    assert answered_with(kiss) == "busy: kiss of death: RATE"


def test_a_time_that_is_far_off_is_down_where_a_limit_was_named() -> None:
    assert answered_with(lambda fields: None).startswith("wrong-answer: stratum 2")


def test_an_answer_that_does_not_repeat_our_token_is_not_taken() -> None:
    assert answered_with(set_to(8, 1)).startswith("timeout")
