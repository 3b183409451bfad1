"""Where the mail of an address is likely to be, as a proposal that a person confirms."""

_HOSTS = {
    "aol.com": "imap.aol.com",
    "bt.com": "mail.btinternet.com",
    "btinternet.com": "mail.btinternet.com",
    "fastmail.com": "imap.fastmail.com",
    "gmail.com": "imap.gmail.com",
    "gmx.de": "imap.gmx.net",
    "gmx.net": "imap.gmx.net",
    "googlemail.com": "imap.gmail.com",
    "hotmail.com": "outlook.office365.com",
    "icloud.com": "imap.mail.me.com",
    "live.com": "outlook.office365.com",
    "me.com": "imap.mail.me.com",
    "outlook.com": "outlook.office365.com",
    "posteo.de": "posteo.de",
    "web.de": "imap.web.de",
    "yahoo.co.uk": "imap.mail.yahoo.com",
    "yahoo.com": "imap.mail.yahoo.com",
}


def likely_host(address: str) -> str:
    """The IMAP server that is proposed for an address; empty: the address has no domain.

    >>> likely_host("me@gmail.com"), likely_host("me@example.org"), likely_host("me")
    ('imap.gmail.com', 'imap.example.org', '')
    """
    domain = address.rpartition("@")[2].lower() if "@" in address else ""
    return _HOSTS.get(domain, f"imap.{domain}" if domain else "")
