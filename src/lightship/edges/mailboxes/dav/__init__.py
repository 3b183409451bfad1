"""Calendars and contacts, read only: CalDAV (RFC 4791) and CardDAV (RFC 6352) into plain .ics and .vcf files."""
