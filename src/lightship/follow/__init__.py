"""The life of an incident: the thing that people follow.

Here live identity (which alarm belongs to which incident), scope and impact by time, the two clocks (component back,
service back), the estimate of when it is back, and the promises. Histories grow and are never rewritten.
"""
