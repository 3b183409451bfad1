"""Channels: ways to send a letter. To add one: a file here, a line in BUILT_IN, docs/reference/channels/<name>.md.

Others' packages add theirs by an entry point of the group `lightship.channels`; a built-in name cannot be shadowed.
`channel` says what one must offer; `tests/contracts/test_channels.py` tries every one in the table.
"""

BUILT_IN = {
    "apprise": "lightship.edges.channels.apprise:AppriseChannel",
    "email": "lightship.edges.channels.email:EmailChannel",
    "sms": "lightship.edges.channels.sms:SmsChannel",
    "webhook": "lightship.edges.channels.webhook:WebhookChannel",
}
"""Kind -> where the channel stands. Loaded one by one, on use."""
