"""Copies elsewhere, over real ssh, rsync, SFTP and git: whole, signed, never backwards; a liar is noticed."""

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lightship.edges.mirrors.mirror import Mirror, MirrorTrouble, manifest_of, open_mirror
from lightship.edges.mirrors.packing import Packer, Release
from lightship.edges.mirrors.pushing import Pushing, Standing
from lightship.edges.mirrors.reading_back import look, over_http, sample, whole
from lightship.edges.mirrors.s3 import authorisation
from lightship.edges.mirrors.signing import Signer, check
from lightship.edges.web.published import Published
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import MINUTE, Instant
from tests.edges.test_site_server import Running
from tests.support.nginx import free_port
from tests.support.sshd import Sshd

REAL = ("directory", "rsync-path", "rsync-ssh", "sftp", "git")
pytestmark = pytest.mark.needs("openssh-server", "rsync", "git")


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    server = Sshd(tmp_path_factory.mktemp("sshd"))
    server.start()
    yield server
    server.stop()


class Site:
    """Releases of a small site."""

    def __init__(self, folder: Path) -> None:
        self.packer, self.signer = Packer(), Signer(folder / "site.key")

    def release(self, sequence: int, **texts: str) -> Release:
        files = {
            "a/01904/index.html": f"York {'y' * 3000}", "index.html": f"front {sequence} {'x' * 20000}",
            "robots.txt": "User-agent: *\n",
            **{name.replace("__", "/") + ".html": text for name, text in texts.items()},
        }  # fmt: skip
        made = self.packer.pack(files, sequence, "2026-03-02T10:00:00Z", simulated=False)
        sealed = self.signer.seal(made.manifest.raw, sequence)
        return msgspec.structs.replace(made, signature=sealed)


class Copy:
    """A mirror of one kind, and where its files lie."""

    def __init__(self, kind: str, folder: Path, sshd: Sshd) -> None:
        self.there, options = folder / "there", dict[str, Any]()
        if kind == "directory" or kind == "rsync-path":
            options = {"to": str(self.there)}
        elif kind == "rsync-ssh":
            options = {"to": f"{sshd.user}@127.0.0.1:{self.there}", **sshd.options()}
        elif kind == "sftp":
            options = {"host": f"{sshd.user}@127.0.0.1", "folder": str(self.there), **sshd.options()}
        else:
            subprocess.run(["git", "init", "--quiet", "--bare", str(self.there)], check=True)
            options = {"to": str(self.there)}
        self.kind = kind
        self.mirror: Mirror = open_mirror(kind.partition("-")[0], options, folder / "staging", "mirrors[0]")

    def reads(self, path: str) -> bytes:
        """As a reader: by the mirror's own way in where it is no folder of files."""
        if self.kind == "git":
            return self.mirror.read(path)
        try:
            return (self.there / path).read_bytes()
        except OSError as error:
            raise MirrorTrouble(str(error)) from None

    def damage(self, path: str, text: bytes) -> None:
        """Somebody else changes a file there."""
        if self.kind != "git":
            (self.there / path).write_bytes(text)
            return
        work = self.there.with_name("work")
        who = ["-c", "user.name=x", "-c", "user.email=x@x"]
        subprocess.run(["git", "clone", "--quiet", "-b", "pages", str(self.there), str(work)], check=True)
        (work / path).write_bytes(text)
        subprocess.run(["git", *who, "commit", "--quiet", "-am", "x"], cwd=work, check=True)
        subprocess.run(["git", "push", "--quiet"], cwd=work, check=True)
        shutil.rmtree(work)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture(params=REAL)
def copy(request: pytest.FixtureRequest, tmp_path: Path, sshd: Sshd) -> Copy:
    return Copy(str(request.param), tmp_path, sshd)


def pushing(
    mirror: Mirror, site: Site, reads: Callable[[str], bytes] | None = None
) -> tuple[Pushing, list[Standing]]:
    told: list[Standing] = []
    made = Pushing(
        "one", "test", mirror, reads, "", site.signer.public, lambda: Instant(1), lambda: 0.5, told.append
    )
    return made, told


def test_a_copy_is_whole_signed_goes_forward_and_is_mended(copy: Copy, site: Site) -> None:
    push, told = pushing(copy.mirror, site, copy.reads)
    assert copy.mirror.held() is None
    assert push.once(site.release(3, old="gone soon"), Instant(0)) == MINUTE
    second = site.release(4, a__0113__index="Leeds")
    push.once(second, Instant(0))
    assert [(each.state, each.release) for each in told] == [("good", 3), ("good", 4)]
    assert look(copy.reads, second, site.signer.public, second.files) == ""
    assert [said for _, said in whole(copy.reads, site.signer.public) if said] == []
    with pytest.raises(MirrorTrouble):
        copy.mirror.read("old.html")
    push.once(site.release(2), Instant(0))
    assert (told[-1].state, told[-1].release) == ("ahead", 4)
    held = manifest_of(copy.mirror.held())
    assert held is not None
    assert held.sequence == 4
    copy.damage("robots.txt", b"Disallow: /\n")
    push.once(second, Instant(0))
    assert (told[-1].state, told[-1].trouble) == ("wrong", "robots.txt is not what we published")
    push.once(second, Instant(0))
    assert told[-1].state == "good", told[-1]
    assert look(copy.reads, second, site.signer.public, second.files) == ""


def test_a_copy_whose_manifest_is_rubbish_is_written_anew(site: Site, tmp_path: Path, sshd: Sshd) -> None:
    copy = Copy("rsync-path", tmp_path, sshd)
    push, told = pushing(copy.mirror, site, copy.reads)
    push.once(site.release(1), Instant(0))
    copy.damage("manifest.json", b"{")
    push.once(site.release(2), Instant(0))
    assert told[-1].state == "good"


def test_a_full_disk_leaves_what_stood_there(site: Site, tmp_path: Path) -> None:
    mirror = open_mirror("directory", {"to": str(tmp_path / "there")}, tmp_path / "staging", "mirrors[0]")
    push, told = pushing(mirror, site)
    first = site.release(1)
    push.once(first, Instant(0))
    child = os.fork()
    if child == 0:  # no file may grow beyond 2 KB there: what a full disk does
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        push.once(site.release(2, big="z" * 9_000), Instant(0))
        os._exit(0 if told[-1].state == "behind" and told[-1].release == 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert look(mirror.read, first, site.signer.public, first.files) == ""


def test_a_host_that_is_not_known_is_not_trusted(site: Site, tmp_path: Path, sshd: Sshd) -> None:
    options = {**sshd.options(), "known_hosts": str(tmp_path / "nobody")}
    mirror = open_mirror(
        "sftp", {"host": f"{sshd.user}@127.0.0.1", **options}, tmp_path / "staging", "mirrors[0]"
    )
    push, told = pushing(mirror, site)
    assert push.once(site.release(1), Instant(0)) < MINUTE
    assert told[-1].state == "behind"
    assert "Host key verification failed" in told[-1].trouble


def test_a_reader_sees_through_a_copy_that_lies(site: Site) -> None:
    ours, other = site.release(5), site.release(6)
    files = Published()
    files.swap(ours)
    running = Running(files)
    try:
        reads = over_http(f"http://127.0.0.1:{running.port}")
        assert look(reads, ours, site.signer.public) == ""
        assert look(reads, other, site.signer.public) == "it shows release 5, not 6"
        assert look(reads, ours, "AAAA") == "signed with another key"
        forged = msgspec.structs.replace(ours.files["index.html"], raw=b"all is well", gzip=None, brotli=None)
        files.swap(msgspec.structs.replace(ours, files={**ours.files, "index.html": forged}))
        assert look(reads, ours, site.signer.public) == "index.html is not what we published"
        assert [path for path, said in whole(reads, site.signer.public) if said] == ["index.html"]
        assert look(over_http(f"http://127.0.0.1:{free_port()}"), ours, "").startswith("not reached: ")
    finally:
        running.stop()


def test_a_seal_holds_for_its_manifest_and_key_alone(site: Site, tmp_path: Path) -> None:
    release = site.release(1)
    assert release.signature is not None
    manifest, sealed = release.manifest.raw, release.signature.raw
    assert check(manifest, sealed, site.signer.public) == ""
    assert check(manifest + b" ", sealed) == "the signature does not fit the manifest"
    assert check(manifest, b"{}") == check(manifest, b"\xff") == "no signature of ours"
    assert Signer(tmp_path / "site.key").public == site.signer.public, "the key stays"
    assert (tmp_path / "site.key").stat().st_mode & 0o077 == 0


def test_in_time_every_file_is_looked_at(site: Site) -> None:
    pages = {f"p{n}": str(n) for n in range(60)}
    seen = {path for n in range(1, 8) for path in sample(site.release(n, **pages))}
    assert seen == set(site.release(1, **pages).files)


def test_requests_to_a_bucket_are_signed_as_the_published_example() -> None:
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    headers = {
        "host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9", "x-amz-content-sha256": digest,
        "x-amz-date": "20130524T000000Z",
    }  # fmt: skip
    found = authorisation(
        "GET", "/test.txt", headers, digest, "20130524T000000Z", "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1",
    )  # fmt: skip
    assert found.endswith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("rsync", {"to": "--rsh=evil"}), ("git", {"to": "--upload-pack=evil"}), ("git", {"to": "x", "branch": "-f"}),
        ("sftp", {"host": "-oProxyCommand=evil"}), ("sftp", {"host": "x", "folder": 'a"\n!evil'}), ("pigeon", {}),
        ("s3", {"endpoint": "http://s3.example", "bucket": "b", "access_key": "k", "secret": "env:HOME"}),
        ("directory", {}), ("directory", {"to": "x", "colour": "red"}),
    ],
)  # fmt: skip
def test_what_would_be_an_option_or_is_none_is_refused(
    kind: str, options: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(BadInput):
        open_mirror(kind, options, tmp_path, "mirrors[0]")
