"""Feeds: what others say about what we depend on. To add one: a file here, a line in BUILT_IN,
docs/reference/feeds/<kind>.md.

A feed reads documents, and says what they tell as typed words about components of the map, as counts, or as announced
work. It opens nothing itself: `run/feeding.py` asks, listens and hands documents in. Every word has a stated worth in
nats (`detect.prior.FEED_NATS`), is bounded in all, and counts by the feed's trust: any feed can be wrong or forged.
Others' packages add theirs by an entry point of the group `lightship.feeds`; a built-in name cannot be shadowed.
"""

BUILT_IN = {
    "alertmanager": "lightship.edges.feeds.alertmanager:Alertmanager",
    "atom": "lightship.edges.feeds.atom:Atom",
    "cap": "lightship.edges.feeds.cap:Cap",
    "deploy": "lightship.edges.feeds.deploy:Deploy",
    "maintenance": "lightship.edges.feeds.maintenance:Maintenance",
    "mentions": "lightship.edges.feeds.mentions:Mentions",
    "prometheus": "lightship.edges.feeds.prometheus:Prometheus",
    "routes": "lightship.edges.feeds.routes:Routes",
    "snmp": "lightship.edges.feeds.snmp:Snmp",
    "statuspage": "lightship.edges.feeds.statuspage:Statuspage",
    "syslog": "lightship.edges.feeds.syslog:Syslog",
    "traps": "lightship.edges.feeds.traps:Traps",
}
"""Kind -> where it stands. Loaded one by one, on use."""
