"""How what we set is told from what others set, so that it can be taken away after any end."""

PROTOCOL = 76
"""Who set a route or rule (rtm_protocol); no one else's in /etc/iproute2/rt_protos."""
TABLE = 7676
"""The routing table that holds nothing but our default routes."""
RULE_OTHERS, RULE_OURS = 29990, 29991
"""Priorities: first the main table without its default routes, then our table; the main table itself comes later."""
NFT_TABLE = "lightship_wan"
