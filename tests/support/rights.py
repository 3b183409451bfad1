"""What tests want that no package brings: the right to make network namespaces."""

import os
import shutil
import subprocess
from functools import cache


@cache
def namespaces() -> bool:
    """Whether this process may make network namespaces and bridges between them, which takes root."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0


CONDITIONS = {"namespaces": namespaces}
"""Name, as the marker `needs` takes it -> whether it holds here."""
MENDED_BY = {"namespaces": "run the tests as root, where network namespaces may be made"}
