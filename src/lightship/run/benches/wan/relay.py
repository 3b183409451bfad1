"""A line that takes its time: packets from a TUN device go back into it a little later.

Usage: python -m lightship.run.benches.wan.relay SECONDS
"""

import asyncio
import fcntl
import os
import struct
import subprocess
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
NAME = "slow0"


def opened() -> int:
    """The device, switched on."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", NAME.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", NAME, "up"], check=True)
    return device


async def main(seconds: float) -> None:
    """Until killed."""
    device = opened()
    loop = asyncio.get_running_loop()

    def arrived() -> None:
        loop.call_later(seconds, os.write, device, os.read(device, 65535))

    loop.add_reader(device, arrived)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
