"""Who is told, over which channel, in which order, and how hard it is tried. Pure: queue and channels are edges.

`selector`: what somebody wants to hear of. `audience`: everybody who does. `trouble`: what not to rely on.
`planning`: the rows of an update. `reaching`: who could not be told if something failed. `retries`, `breaker`: when to
try again, and when to leave a domain alone. `words`: the letters themselves.
"""
