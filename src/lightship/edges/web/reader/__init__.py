"""The mail reader: the kept copy in a browser of this machine, read-only, with no network and no script.

`guard` decides who may ask and what a page may do, `app` answers, `lists` and `letter` say what a page shows.
"""
