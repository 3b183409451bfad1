"""Probes: one kind of measurement a file. To add one: a file here, a line in BUILT_IN, docs/reference/probes/<name>.md.

Others' packages add theirs by an entry point of the group `lightship.probes`; a built-in name cannot be shadowed.
"""

BUILT_IN = {
    "dialogue": "lightship.edges.probes.scripted:DialogueProbe",
    "dns": "lightship.edges.probes.dns:DnsProbe",
    "exec": "lightship.edges.probes.exec:ExecProbe",
    "heartbeat": "lightship.edges.probes.heartbeat:HeartbeatProbe",
    "http": "lightship.edges.probes.http:HttpProbe",
    "https": "lightship.edges.probes.http:HttpProbe",
    "icmp": "lightship.edges.probes.icmp:IcmpProbe",
    "imap": "lightship.edges.probes.imap:ImapProbe",
    "imaps": "lightship.edges.probes.imap:ImapProbe",
    "mail": "lightship.edges.probes.mail:MailProbe",
    "ntp": "lightship.edges.probes.ntp:NtpProbe",
    "path": "lightship.edges.probes.path:PathProbe",
    "pop3": "lightship.edges.probes.pop3:Pop3Probe",
    "pop3s": "lightship.edges.probes.pop3:Pop3Probe",
    "radius": "lightship.edges.probes.radius:RadiusProbe",
    "sip": "lightship.edges.probes.sip:SipProbe",
    "sips": "lightship.edges.probes.sip:SipProbe",
    "smtp": "lightship.edges.probes.smtp:SmtpProbe",
    "smtps": "lightship.edges.probes.smtp:SmtpProbe",
    "snmp": "lightship.edges.probes.snmp:SnmpProbe",
    "submission": "lightship.edges.probes.smtp:SmtpProbe",
    "tcp": "lightship.edges.probes.tcp:TcpProbe",
    "tls": "lightship.edges.probes.tls:TlsProbe",
    "web": "lightship.edges.probes.web:WebProbe",
}
"""Scheme of the address -> where the probe stands. Loaded one by one, on use."""
