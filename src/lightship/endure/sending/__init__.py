"""Answering mail while the provider is down: a second way out, what it means, and a letter that goes once."""
