"""Outages with known truth.

Here live the scenarios and the model that turns faults into signals. It knows the vocabulary and nothing of the stages
that it tests, and nobody but `run` knows it. A new fault mode is a new file in this folder and a line in its table.
Chance is a seeded generator, so that a seed is a fact.
"""
