"""Where published files go. `packing` compresses and seals a set of them, `directory` keeps a folder equal to it.

A further kind of mirror is a file in here that takes a `Release` and honours the same promises: whole files only, the
manifest last, never backwards.
"""
