"""Where the log, the decisions and their projections are kept. SQLite by default; the interface is `store.Store`."""
