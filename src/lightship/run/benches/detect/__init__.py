"""`lightship bench detect`: how soon, at how many false alarms, beside the peers, on simulated truth.

`stretch` drives the shipped engine tick by tick over simulated time and forks outages off it; `peers` are the rivals on
the same counts and the same baseline; the other files turn what came of it into figures, bars, tables and plots.
"""
