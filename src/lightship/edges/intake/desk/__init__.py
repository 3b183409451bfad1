"""Where customers' reports come in: closed choices, no name, one voice each; accepted means durable.

`draft`: what a customer said. `book`: the reports on disk, without repeats and without addresses. `keys`: the secret of
the day, under which whoever sent something is a number. `desk`: many drafts, one commit. `limits`: how much one network
may say.
"""
