"""What to publish, to whom, over which channel.

Here live the words that the public reads and the files they stand in, rendered but not written: writing and sending
are edges (`edges.mirrors`, `edges.channels`, `edges.web`). A new kind of file is a new renderer in this folder.
Automation never names a third party.
"""
