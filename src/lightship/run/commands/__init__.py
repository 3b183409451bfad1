"""One file per command. The table in `run.cli` names them, so that only the one that is called is loaded."""
