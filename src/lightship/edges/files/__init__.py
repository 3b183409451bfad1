"""Files that people read and write: maps, scenarios, configuration, and what ships with the package."""
