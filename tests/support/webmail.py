"""A small website that people log in to: sessions, hidden fields against forgery, redirects; and what can go wrong."""

import html
import secrets
import ssl
import threading
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

USER, PASSWORD = "ann", "correct & horse"


class Webmail:
    """On loopback, with TLS where a certificate is given. A context.

    Args:
        fault: what is wrong, by a word; it may be changed while it runs. elsewhere: an address for some faults.
        said: the requests that came, as METHOD path. posted: what stood in the forms.
    """

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.fault, self.elsewhere = "", ""
        self.said: list[str] = []
        self.posted: list[dict[str, str]] = []
        self.sessions: dict[str, tuple[str, bool]] = {}
        site = self

        class Handler(_Handler):
            webmail = site

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A visitor who leaves in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    webmail: Webmail

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        site = self.webmail
        site.said.append(f"GET {self.path}")
        session = self._session()
        if self.path == "/":
            self._redirect("/login")
        elif self.path == "/loop":
            self._redirect("/loop")
        elif self.path == "/login":
            self._log_in_page(session)
        elif self.path == "/inbox" and site.fault == "inbox":
            self._page(503, "<h1>Mail store is away</h1>")
        elif self.path == "/inbox" and site.sessions[session][1]:
            csrf = site.sessions[session][0]
            self._page(200, f"""<h1>Inbox of {USER}</h1><p>3 messages</p><a href=settings>Settings</a>
                <form method=post action=/logout><input type=hidden name=csrf value="{csrf}">
                <button>Sign out</button></form>""")  # fmt: skip
        elif self.path == "/inbox":
            self._redirect("/login")
        else:
            self._page(404, "<h1>Not found</h1>")

    def do_POST(self) -> None:
        site = self.webmail
        site.said.append(f"POST {self.path}")
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        site.posted.append(fields)
        session = self._session()
        if fields.get("csrf") != site.sessions[session][0]:
            self._page(403, "<h1>Forged</h1>")
        elif self.path == "/logout":
            del site.sessions[session]
            self._page(200, "<h1>Good bye</h1>")
        elif site.fault == "moved":
            self._redirect(site.elsewhere, 307)
        elif (fields.get("user"), fields.get("password"), fields.get("lang")) == (USER, PASSWORD, "en"):
            site.sessions[session] = (secrets.token_hex(8), True)
            self._redirect(site.elsewhere if site.fault == "downgrade" else "/inbox", 303)
        else:
            self._log_in_page(session, "Wrong name or password")

    def _log_in_page(self, session: str, note: str = "") -> None:
        site = self.webmail
        if site.fault == "down":
            return self._page(500, "<h1>Sorry</h1>")
        if site.fault == "maintenance":
            return self._page(200, "<h1>Back soon</h1>")
        if site.fault == "hangs":
            threading.Event().wait(2)
        action = site.elsewhere if site.fault == "phished" else "/login"
        method = "get" if site.fault == "by-get" else "post"
        self._page(200, f"""<form action=/search><input name=q></form><p>{note}</p>
            <form id=login method={method} action="{html.escape(action)}">
            <input type=hidden name=csrf value="{site.sessions[session][0]}">
            <select name=lang><option value=cy>Cymraeg<option value=en selected>English</select>
            <input name=user><input type=password name=password>
            <button name=do value=in>Sign in</button></form>""")  # fmt: skip
        return None

    def _session(self) -> str:
        cookie = SimpleCookie(self.headers.get("Cookie", ""))
        found = cookie["session"].value if "session" in cookie else ""
        if found not in self.webmail.sessions:
            found = secrets.token_hex(8)
            self.webmail.sessions[found] = (secrets.token_hex(8), False)
        self._live = found
        return found

    def _page(self, status: int, text: str) -> None:
        self._begin(status)
        body = f"<!doctype html><title>x</title>{text}".encode()
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, where: str, status: int = 302) -> None:
        self._begin(status)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _begin(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Set-Cookie", f"session={self._live}; Path=/; HttpOnly")
