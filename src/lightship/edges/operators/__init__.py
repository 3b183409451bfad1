"""What people who run the network do: read incidents with their evidence, act on them, and who did what.

`desk`: the one way in, shared by the interface for programs and the console. Everything is an event of the log.
"""
