"""A process that serves a folder's release as `serve` does, for the bench; prints its port and waits to be ended."""

import sys
import time
from pathlib import Path

from lightship.edges.mirrors.packing import Packer
from lightship.edges.web.background import Served


def main() -> None:
    """The first argument is the folder."""
    folder = Path(sys.argv[1])
    texts = {
        str(each.relative_to(folder)): each.read_text("utf-8")
        for each in folder.rglob("*")
        if each.is_file() and each.suffix not in (".gz", ".br") and each.name != "manifest.json"
    }
    release = Packer().pack(texts, 1, "2016-07-20T07:30:00Z", simulated=True)
    with Served("127.0.0.1", 0) as served:
        served.show(release)
        print(served.address.rstrip("/").rpartition(":")[2], flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
