"""Who wants to be told, and where: apart from the log, each person under a key of their own.

`keys`: the keys, and what addresses are found by. `book`: the contacts, sealed under them. `office`: what people ask of
us. `wants`: what somebody wants to hear, as they chose it. `links`: the addresses that letters carry.
"""
