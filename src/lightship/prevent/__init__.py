"""What fails together, and what would take us down next.

Here live the footprints (which rows a component takes down), what-if, single points of failure, cut sets and blind
spots. Everything is a question to the map, without a clock. A new question is a new file; the map itself is a word
(`vocabulary.components`), and its file format is an edge (`edges.files`).
"""
