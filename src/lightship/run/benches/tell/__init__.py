"""The suite `lightship bench tell`: the outbox and its channels, measured, and broken on purpose."""
