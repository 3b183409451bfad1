"""Probes: one kind of measurement a file. To add one: a file here, a line in BUILT_IN, docs/reference/probes/<name>.md.

Others' packages add theirs by an entry point of the group `lightship.probes`; a built-in name cannot be shadowed.
"""

BUILT_IN = {
    "http": "lightship.edges.probes.http:HttpProbe",
    "https": "lightship.edges.probes.http:HttpProbe",
    "tcp": "lightship.edges.probes.tcp:TcpProbe",
    "tls": "lightship.edges.probes.tls:TlsProbe",
}
"""Scheme of the address -> where the probe stands. Loaded one by one, on use."""
