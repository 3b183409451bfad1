"""The rivals, each restated from its published definition, on the counts and the baseline that ours has.

Each is a function `(seen, normal, ...) -> score`, arrays (series, ticks): the higher, the more it calls for an alarm.
What score is an alarm is set afterwards, at equal false alarms. No code of theirs is in here: R `surveillance` and
`changepoint-online` (both GPL) run as programs of their own, where they are installed.
"""
