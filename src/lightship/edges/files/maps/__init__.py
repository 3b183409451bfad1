"""The YAML form of a map, step by step: forms, gates, sections, extending, checks, warnings, writing.

`edges.files.map_file` is the way in.
"""
