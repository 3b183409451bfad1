"""The judge: compares what was published and decided with the truth, after the fold has ended.

It reads published files and decisions only. The fold never sees a truth.
"""
