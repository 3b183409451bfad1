"""A hub that has seen the first minutes of an outage, with its interface and its console on a real server."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from lightship.edges.intake.inbox import Inbox
from lightship.edges.operators.codes import code_at
from lightship.edges.operators.desk import Foreseen, OperatorsDesk
from lightship.edges.operators.people import People, Role
from lightship.edges.operators.works import Works
from lightship.edges.stores.sqlite import SqliteStore
from lightship.edges.stores.tokens import TokenFile
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.exchange import Parts
from lightship.edges.web.console.app import PREFIX, Console
from lightship.edges.web.console.pages import Pages
from lightship.edges.web.front import Front
from lightship.edges.web.mounting import Mounted
from lightship.edges.web.published import Published
from lightship.edges.web.senders import Senders
from lightship.run.door import Door
from lightship.run.fold import step
from lightship.run.hub import Hub
from lightship.run.replay import Replay
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.events import Logged, OperatorAct
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant
from tests.edges.test_site_server import Running
from tests.support.replays import short


class Room:
    """A hub that has seen the first minutes of an outage, its interface, and two tokens."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "hub.db"
        store = SqliteStore(self.path)
        Replay(short(after=20), store, lambda state, at, keys: None).run()
        self.hub = Hub.open(store, lambda state, at, keys: None)
        self.thread, self.door = ThreadPoolExecutor(1), Door()
        self.door.open(self.thread, lambda event: self.hub.accept(self.hub.last_at, event))
        self.tokens = TokenFile(folder / "tokens.db")
        self.now = Instant(1_900_000_000_000)
        self.people = People(folder / "operators.db", lambda: self.now)
        desk = OperatorsDesk(self.path, self.door.submit, self._foresee)
        self.inbox = Inbox(folder / "feeds.db")
        works = Works(self.inbox, lambda: self.now)
        self.inbox = Inbox(folder / "feeds.db")
        works = Works(self.inbox, lambda: self.now)
        pages = Pages(self._stated, lambda: self.hub.last_at)
        console = Console(self.people, desk, pages, Senders(["127.0.0.1"]), lambda: self.now, works)
        api = Api(self.tokens, Parts(desk), Senders([]))
        self.running = Running(Front(Published(), api, [Mounted(PREFIX, console)]))
        self.reader, self.actor = self.tokens.add("wall", ["read"]), self.tokens.add("noc", ["act"])

    def ask(self, method: str, path: str, token: str, said: object = None) -> tuple[int, Any]:
        client = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=20)
        body = None if said is None else json.dumps(said).encode()
        client.request(method, path, body, {"authorization": f"Bearer {token}"})
        found = client.getresponse()
        text = found.read()
        client.close()
        return found.status, json.loads(text)

    def act(self, incident: str, **said: object) -> tuple[int, Any]:
        return self.ask("POST", f"/api/v1/incidents/{incident}/acts", self.actor, said)

    def _stated(self) -> tuple[Settings, NetworkMap]:
        assert self.hub.state.stages is not None
        return self.hub.state.settings, self.hub.state.stages.feet.network

    def _foresee(self, act: OperatorAct) -> Foreseen:
        _, decisions = step(self.hub.state, Logged(self.hub.seq + 1, self.hub.last_at, act))
        return Foreseen(decisions, *self._stated())

    def visit(
        self, method: str, path: str, cookie: str = "", sender: str = "", **fields: str
    ) -> tuple[http.client.HTTPResponse, str]:
        """What a browser does: a page, or a form of our own."""
        client = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=20)
        told = {"cookie": cookie} if cookie else {}
        if sender:
            told["x-forwarded-for"] = sender
        if method == "POST":
            told["content-type"] = "application/x-www-form-urlencoded"
        client.request(method, path, urlencode(fields) if method == "POST" else None, told)
        found = client.getresponse()
        text = found.read().decode()
        client.close()
        return found, text

    def joined(self, name: str, role: Role, password: str = "a few words do well") -> str:
        """Somebody who was invited and joined; gives the secret of their codes."""
        word = self.people.invite(name, role)
        secret = self.people.welcome(name, word)
        assert secret is not None
        assert self.people.join(name, word, password, code_at(secret, self.now))
        self.now = Instant(self.now + 60_000)
        return secret

    def signed_in(self, name: str, secret: str, password: str = "a few words do well") -> str:
        """Sign in by the form; gives the cookie."""
        found, text = self.visit(
            "POST", "/console/in", name=name, password=password, code=code_at(secret, self.now)
        )
        assert found.status == 303, text
        self.now = Instant(self.now + 60_000)
        return str(found.headers["set-cookie"]).partition(";")[0]

    def close(self) -> None:
        self.running.stop()
        self.thread.shutdown()
        self.hub.close()
        self.tokens.close()
        self.people.close()
        self.inbox.close()
