"""Everything that touches the world.

Each folder is one kind of plug-in: a file for the plug-in, a line in the table of the folder, a page in
docs/reference/. `probes` measure, `intake` takes reports in, `stores` keep, `channels` send, `mirrors` and `web` serve
what was published, `files` read and write the formats that people edit.
"""
