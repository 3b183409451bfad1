"""Mail as people read it: any message, however malformed, as text, safe HTML, attachments and threads.

Whatever a message says is a stranger's: nothing of it runs, loads, hides, or reaches a terminal as anything but text.
"""
