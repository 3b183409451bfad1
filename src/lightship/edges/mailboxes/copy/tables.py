"""The tables of the catalogue. `docs/reference/mail-copy.md` explains them; a change here needs a step in `STEPS`."""

FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  directory TEXT NOT NULL UNIQUE,
  settings BLOB NOT NULL,
  began_at INTEGER,
  passed_at INTEGER,
  trouble TEXT NOT NULL DEFAULT ''
);

CREATE TABLE folder (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  wire BLOB NOT NULL,
  name TEXT NOT NULL,
  separator TEXT NOT NULL DEFAULT '',
  directory TEXT NOT NULL,
  use TEXT NOT NULL DEFAULT '',
  uidvalidity INTEGER,
  uidnext INTEGER,
  modseq INTEGER,
  messages INTEGER,
  gone_at INTEGER,
  UNIQUE (account, wire),
  UNIQUE (account, directory)
);

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  message_id TEXT NOT NULL DEFAULT '',
  received INTEGER NOT NULL,
  kept_at INTEGER NOT NULL,
  segment INTEGER,
  start INTEGER,
  length INTEGER,
  verified_at INTEGER,
  damaged TEXT NOT NULL DEFAULT '',
  indexed INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  sender TEXT NOT NULL DEFAULT '',
  recipients TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  attachments INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX message_by_size ON message (size);
CREATE INDEX message_by_message_id ON message (message_id);
CREATE INDEX message_to_index ON message (id) WHERE indexed = 0;

CREATE TABLE reference (
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  position INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  PRIMARY KEY (message, position)
) WITHOUT ROWID;
CREATE INDEX reference_by_message_id ON reference (message_id);

CREATE TABLE place (
  folder INTEGER NOT NULL REFERENCES folder,
  uidvalidity INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  message INTEGER NOT NULL REFERENCES message,
  flags TEXT NOT NULL,
  received INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER,
  PRIMARY KEY (folder, uidvalidity, uid)
) WITHOUT ROWID;
CREATE INDEX place_by_message ON place (message);
CREATE INDEX place_by_received ON place (folder, received);

CREATE TABLE missing (
  folder INTEGER NOT NULL REFERENCES folder,
  uidvalidity INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  why TEXT NOT NULL,
  tries INTEGER NOT NULL,
  tried_at INTEGER NOT NULL,
  PRIMARY KEY (folder, uidvalidity, uid)
) WITHOUT ROWID;

CREATE TABLE proof (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  account INTEGER REFERENCES account,
  at INTEGER NOT NULL,
  passed INTEGER NOT NULL,
  detail TEXT NOT NULL
);

CREATE VIRTUAL TABLE text USING fts5 (
  subject, people, body, content='', detail=column, tokenize='unicode61 remove_diacritics 2'
);
"""

STEPS = (FIRST,)
"""The n-th brings a catalogue from version n to n + 1 (`PRAGMA user_version`)."""

APPLICATION = 0x4C53_4D43
"""`PRAGMA application_id` of a catalogue: "LSMC"."""
