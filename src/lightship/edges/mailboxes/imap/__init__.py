"""A thin IMAP client (RFC 3501, RFC 9051): commands in flight side by side, large messages streamed to files.

Whatever a server says or fails to say is one of the exceptions in `trouble`, or data; a server that lies never crashes
what asked it.
"""
