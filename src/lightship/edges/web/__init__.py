"""Our own web server for published files: `published` answers from memory, `find` looks areas up, `server` listens.

Pages are files first: whatever stands here must also work, or be explained, where another server serves the folder.
"""
