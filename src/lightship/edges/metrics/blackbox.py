"""One measurement under blackbox_exporter's names (its README and prober/), as far as we measure the same."""

import time
from collections.abc import Iterator, Mapping

from lightship.edges.metrics.exposition import NONE, Family, Labels
from lightship.edges.probes.probe import Check, Result

_PHASES = {
    "name": "resolve", "connect": "connect", "tls": "tls", "answer": "processing", "transfer": "transfer",
}  # fmt: skip
"""Of ours, of theirs. `processing` is from the request to the first octet of the answer, there as here."""

HELP: Mapping[str, tuple[str, str]] = {
    "probe_success": ("gauge", "Displays whether or not the probe was a success"),
    "probe_duration_seconds": ("gauge", "Returns how long the probe took to complete in seconds"),
    "probe_ip_protocol": ("gauge", "Specifies whether probe ip protocol is IP4 or IP6"),
    "probe_dns_lookup_time_seconds": ("gauge", "Returns the time taken for probe dns lookup in seconds"),
    "probe_http_status_code": ("gauge", "Response HTTP status code"),
    "probe_http_ssl": ("gauge", "Indicates if SSL was used for the final redirect"),
    "probe_http_duration_seconds": ("gauge", "Duration of http request by phase, summed over all redirects"),
    "probe_http_uncompressed_body_length": ("gauge", "Octets of the body that were read, 64 KiB at most"),
    "probe_ssl_earliest_cert_expiry": ("gauge", "End of the server's own certificate, in unix time"),
    "probe_tls_version_info": ("gauge", "Returns the TLS version used"),
    "probe_icmp_duration_seconds": ("gauge", "Duration of icmp request by phase"),
    "probe_dns_answer_rrs": ("gauge", "Returns number of entries in the answer resource record list"),
}


def families(measured: Mapping[tuple[tuple[str, str], ...], tuple[Check, Result, float]]) -> Iterator[Family]:
    """All of them over some measurements: labels -> what was measured, and when (Unix time)."""
    samples: dict[str, list[tuple[Labels, float]]] = {name: [] for name in HELP}
    for labels, (check, result, at) in measured.items():
        for name, more, value in _of(check, result, at):
            samples[name].append(({**dict(labels), **more}, value))
    for name, (_, told) in HELP.items():
        yield Family(name, "gauge", told, tuple(samples[name]))


def one(check: Check, result: Result) -> Iterator[Family]:
    """Of a single measurement made just now, without labels: what `/probe` answers."""
    return families({(): (check, result, time.time())})


def _of(check: Check, result: Result, at: float) -> Iterator[tuple[str, Labels, float]]:
    phases = dict(result.phases)
    yield "probe_success", NONE, float(result.up)
    yield "probe_duration_seconds", NONE, result.seconds
    if "name" in phases:
        yield "probe_dns_lookup_time_seconds", NONE, phases["name"]
    address = result.texts.get("address")
    if isinstance(address, str):
        yield "probe_ip_protocol", NONE, 6.0 if ":" in address else 4.0
    if result.expires is not None:
        yield "probe_ssl_earliest_cert_expiry", NONE, at + result.expires
    tls = result.texts.get("tls")
    if isinstance(tls, str) and tls:
        yield "probe_tls_version_info", {"version": tls.replace("TLSv", "TLS ")}, 1.0
    if check.scheme in ("http", "https"):
        yield from _http(check, result)
    elif check.scheme == "icmp" and "rtt_ms" in result.figures:
        yield "probe_icmp_duration_seconds", {"phase": "rtt"}, result.figures["rtt_ms"] / 1000
        yield "probe_icmp_duration_seconds", {"phase": "resolve"}, phases.get("name", 0.0)
    elif check.scheme == "dns" and isinstance(result.texts.get("answer"), tuple):
        yield "probe_dns_answer_rrs", NONE, float(len(result.texts["answer"]))


def _http(check: Check, result: Result) -> Iterator[tuple[str, Labels, float]]:
    yield "probe_http_status_code", NONE, result.figures.get("status", 0.0)
    yield "probe_http_ssl", NONE, float(check.scheme == "https")
    phases = dict(result.phases)
    for ours, theirs in _PHASES.items():
        yield "probe_http_duration_seconds", {"phase": theirs}, phases.get(ours, 0.0)  # type: ignore[call-overload]
    body = result.texts.get("body")
    if isinstance(body, bytes):
        yield "probe_http_uncompressed_body_length", NONE, float(len(body))
