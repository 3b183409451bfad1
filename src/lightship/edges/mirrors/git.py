"""A mirror by git: a branch that a host of pages serves. It only ever goes forward, which git itself holds."""

from pathlib import Path
from typing import ClassVar

import msgspec

from lightship.edges.mirrors.mirror import MirrorTrouble, run, ssh_words
from lightship.edges.mirrors.packing import MANIFEST, Manifest, Release
from lightship.edges.mirrors.staged import Staged
from lightship.vocabulary.errors import BadInput

WHO = ("-c", "user.name=Lightship", "-c", "user.email=lightship@localhost", "-c", "commit.gpgsign=false")


class GitOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mirrors: - {kind: git, ...}`.

    Args:
        to: the repository, such as `git@host:pages.git`. branch: what is pushed to.
        key, port, known_hosts: of ssh; the host must be known, nobody is asked.
    """

    to: str
    branch: str = "pages"
    key: str = ""
    port: int = 22
    known_hosts: str = ""


class GitMirror:
    """See `Mirror`. Raises BadInput on a repository or branch that would be an option."""

    options: ClassVar[type[msgspec.Struct]] = GitOptions

    def __init__(self, options: GitOptions, staging: Path, place: str) -> None:
        if not options.to or options.to.startswith("-") or options.branch.startswith("-"):
            raise BadInput(f"{place}.to", ascii(options.to), "a repository, such as git@host:pages.git")
        self._to, self._branch, self._staged = options.to, options.branch, Staged(staging)
        self._repository = staging.with_name(f"{staging.name}.git")
        ssh = " ".join(["ssh", *ssh_words(options.key, options.port, options.known_hosts, staging)])
        self._ssh = f"core.sshCommand={ssh}"

    def _git(self, *words: str) -> bytes:
        where = (f"--git-dir={self._repository}", f"--work-tree={self._staged.folder}")
        return run(["git", *where, "-c", self._ssh, *WHO, *words])

    def held(self) -> bytes | None:
        """See `Mirror`. Brings the branch's newest state here."""
        self._staged.folder.mkdir(parents=True, exist_ok=True)
        if not self._repository.is_dir():
            run(["git", "init", "--quiet", "--bare", str(self._repository)])
        known = self._git("ls-remote", "--heads", self._to, f"refs/heads/{self._branch}")
        if not known.strip():
            return None
        self._git("fetch", "--quiet", "--depth=1", self._to, f"refs/heads/{self._branch}")
        self._git("update-ref", "refs/heads/here", "FETCH_HEAD")
        return self._shown(MANIFEST)

    def push(self, release: Release, held: Manifest | None) -> None:
        """One commit on top of what is there, and no force: a branch that somebody moved refuses it."""
        self._staged.bring(release, doubt=held is None)
        self._git("symbolic-ref", "HEAD", "refs/heads/here")
        self._git("add", "--all", "--force", ".")
        self._git("commit", "--quiet", "--allow-empty", "-m", f"release {release.sequence}")
        self._git("push", "--quiet", self._to, f"refs/heads/here:refs/heads/{self._branch}")

    def read(self, path: str) -> bytes:
        """See `Mirror`: what the branch holds, fetched anew."""
        self._git("fetch", "--quiet", "--depth=1", self._to, f"refs/heads/{self._branch}")
        return self._git("show", f"FETCH_HEAD:{path}")

    def _shown(self, path: str) -> bytes | None:
        try:
            return self._git("show", f"refs/heads/here:{path}")
        except MirrorTrouble:
            return None
