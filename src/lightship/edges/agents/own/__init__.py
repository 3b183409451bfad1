"""The agent's side: what it keeps on disk, what it may measure, and how it reaches its hub."""
