"""The programs that keep mail: ours and two others, each told to pull one user's mailbox into a fresh folder."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from lightship.run.benches.mail.programs import Run, program, run
from lightship.run.benches.mail.server import PASSWORD

Pull = Callable[[Path, int, str], Run]
"""Pull a user's mailbox from a port of loopback into a folder, or bring that folder up to date."""


_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""As Lightship is where it was installed: its modules are compiled once, not at each start."""


_ALONE = (
    "-c",
    "import sys\n"
    "from lightship.edges.mailboxes.imap.session import Session\n"
    "from lightship.run.benches.mail.comparing import served_in\n"
    "Session.pipeline.__defaults__ = (int(sys.argv[1]),)\n"
    "print(served_in(int(sys.argv[2]), int(sys.argv[3])))\n",
)


def client_alone(folder: Path, port: int, messages: int, window: int) -> float:
    """Seconds in which our client has all messages, and keeps none, with so many commands under way at once."""
    done = run([sys.executable, *_ALONE, str(window), str(port), str(messages)], folder, _COMPILED)
    if done.code:
        raise RuntimeError(f"our client alone failed: {done.said[-500:]}")
    return float(done.said)


def ours(folder: Path, port: int, user: str, *options: str) -> Run:
    """`lightship mail keep`, without making it searchable: the others do not, either."""
    return run(
        [sys.executable, "-m", "lightship", "mail", "keep", user, "--host", "127.0.0.1", "--port", str(port),
         "--security", "none", "--password-command", f"echo {PASSWORD}", "--copy", str(folder / "copy"),
         "--no-search", *options],
        folder, _COMPILED,
    )  # fmt: skip


def ours_again(folder: Path, port: int, user: str) -> Run:
    """A pass over what is known."""
    words = ["mail", "keep", user, "--copy", str(folder / "copy"), "--no-search"]
    return run([sys.executable, "-m", "lightship", *words], folder, _COMPILED)


def bare_python(folder: Path) -> Run:
    """Python, started to do nothing."""
    return run([sys.executable, "-c", ""], folder)


_PASSES = 6
_IN_SERVICE = (
    "-c",
    "import sys, time\n"
    "from lightship.run.cli import run\n"
    f"for _ in range({_PASSES}):\n"
    "    began = time.perf_counter()\n"
    "    code = run(sys.argv[1:])\n"
    "    print('pass', time.perf_counter() - began, code)\n",
)


def ours_in_service(folder: Path, user: str) -> list[float]:
    """Seconds of each of some passes over what is known in one process, as `--every` makes them; without the first."""
    words = ["mail", "keep", user, "--copy", str(folder / "copy"), "--no-search"]
    done = run([sys.executable, *_IN_SERVICE, *words], folder, _COMPILED)
    passes = [line.split() for line in done.said.splitlines() if line.startswith("pass ")]
    if len(passes) != _PASSES or any(code != "0" for _, _, code in passes):
        raise RuntimeError(f"a pass that was to be measured failed: {done.said[-500:]}")
    return [float(seconds) for _, seconds, _ in passes[1:]]


def mbsync(folder: Path, port: int, user: str) -> Run:
    """isync's mbsync, durable as it is by default."""
    (folder / "near").mkdir(parents=True, exist_ok=True)
    (folder / "mbsyncrc").write_text(
        f"IMAPAccount far\nHost 127.0.0.1\nPort {port}\nUser {user}\n"
        f'PassCmd "echo {PASSWORD}"\nSSLType None\nAuthMechs LOGIN\n'
        f"\nIMAPStore far\nAccount far\n\nMaildirStore near\nPath {folder}/near/\nInbox {folder}/near/INBOX\n"
        "SubFolders Verbatim\n\nChannel all\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nExpunge None\nSync Pull\n"
        "SyncState *\n"
    )
    return run([program("mbsync") or "mbsync", "-q", "-c", str(folder / "mbsyncrc"), "all"], folder)


def offlineimap(folder: Path, port: int, user: str) -> Run:
    """offlineimap3."""
    (folder / "offlineimaprc").write_text(
        f"[general]\naccounts = a\nmetadata = {folder}/metadata\nui = quiet\nfsync = True\n"
        "[Account a]\nlocalrepository = near\nremoterepository = far\n"
        f"[Repository near]\ntype = Maildir\nlocalfolders = {folder}/near\n"
        f"[Repository far]\ntype = IMAP\nremotehost = 127.0.0.1\nremoteport = {port}\nremoteuser = {user}\n"
        f"remotepass = {PASSWORD}\nssl = no\nstarttls = no\nauth_mechanisms = LOGIN\nreadonly = True\n"
    )
    return run(
        [program("offlineimap") or "offlineimap", "-o", "-u", "quiet", "-c", str(folder / "offlineimaprc")],
        folder,
    )


def files(folder: Path) -> int:
    """How many messages a Maildir program left."""
    return sum(1 for part in ("cur", "new") for path in folder.rglob(f"{part}/*") if path.is_file())


def fresh(folder: Path) -> Path:
    """An empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
