"""Is everything ready for the day? Facts in, one answer a question out, each with the command that mends it."""
