"""The best explanation there is, off the hot path: what an answer of the localiser is held against, in the product and
in the bench.
"""
