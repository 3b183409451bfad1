"""Lightship stays lit when the shore goes dark.

It notices that a communications service is out, explains where and why, tells everyone concerned over paths that
still work, and learns. Read the folders in the order of the story:

    vocabulary   the words, as types
    prevent      what fails together, and what would take us down next
    detect       is something out?
    explain      which component, on what evidence?
    follow       the incident's life
    tell         what the public reads
    endure       how people go on meanwhile
    learn        how well did we do?
    simulate     outages with known truth (nobody but `run` knows it)
    edges        everything that touches the world
    run          wiring and the command line
"""

__version__ = "0.1.0"
