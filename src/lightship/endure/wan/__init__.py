"""Which line carries the traffic: results of probes in, decisions out.

`decider` is the whole rule; `line` judges one line by its `health` and its `resolvers`, `hold` says how long a return
waits, `budget` what the bytes of a metered line permit, `pacing` when the next probe goes out. No clock here: each
result brings its own monotonic seconds, so a simulated week takes seconds.
"""
