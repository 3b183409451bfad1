"""How well did we do, and what do we owe?

Here live the judge and its answer sheet, the review of an incident, availability, compensation and obligations, and
the calibration of what the other stages promise. It reads what was published and decided, never the truth beforehand.
"""
