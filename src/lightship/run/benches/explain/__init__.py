"""How well causes are found, on networks whose truth is known: suites A to F, baselines, bars.

Each stage's shipped code is driven as it is: detection's rules fill the table, `explain.step` answers. What is drawn,
what counts as right and what a bar demands stand here.
"""
