"""Many passes for one test, over one server, that may die: see `dying_mail`, which this starts and talks to."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.imap_proxy import Behaviour, ImapProxy

ROOT = Path(__file__).parents[2]


class Lives:
    """Passes that may die, over one server, with what was fetched counted in between."""

    def __init__(self, server: Dovecot) -> None:
        self.server, self.behaviour = server, Behaviour()
        self.proxy = ImapProxy(server.port, self.behaviour)
        self.proxy.__enter__()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.dying_mail"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def one(
        self,
        folder: Path,
        kind: str = "file",
        die_at: int | None = None,
        trace: Path | None = None,
        more: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """One life."""
        words = ["mail", "keep", "ann", "--host", "127.0.0.1", "--port", str(self.proxy.port), "--security", "none",
                 "--password-command", f"echo {PASSWORD}", "--copy", str(folder), "--no-search", *more]  # fmt: skip
        life = {"arguments": words, "folder": str(folder), "kind": kind, "die_at": die_at}
        life |= {"trace": str(trace)} if trace else {}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(life), file=self._process.stdin, flush=True)
        ended: dict[str, Any] = json.loads(self._process.stdout.readline())
        return ended

    def close(self) -> None:
        """No more lives."""
        self._process.communicate()
        self.proxy.__exit__(None, None, None)
