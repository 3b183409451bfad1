"""Carrying letters from the outbox to the channels.

`worker` carries those of one channel. `breakers` leave alone what does not answer. `writing` makes letters of rows.
"""
