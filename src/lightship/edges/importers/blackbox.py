"""blackbox_exporter: its modules (CONFIGURATION.md there), times the targets of Prometheus' scrape configuration."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from lightship.edges.importers.gatus import quoted
from lightship.edges.importers.imported import Imported
from lightship.edges.importers.spans import seconds

Map = Mapping[str, Any]


def read(modules: Map, prometheus: Map | None) -> Imported:
    """A check for each target of each job that goes through the exporter.

    Args:
        modules: blackbox.yml. prometheus: prometheus.yml; None: then there are no targets, which is told.
    """
    found = Imported()
    known = modules.get("modules") or {}
    for job in (prometheus or {}).get("scrape_configs") or []:
        _job(found, known, job, (prometheus or {}).get("global") or {})
    if prometheus is None:
        found.leave("targets", "they stand in Prometheus' configuration: give it with --prometheus")
    return found


def _job(found: Imported, known: Map, job: Map, whole: Map) -> None:
    name = str(job.get("job_name", ""))
    where = f"job {name}"
    if not str(job.get("metrics_path", "")).endswith("/probe"):
        return  # not by way of the exporter
    module = ((job.get("params") or {}).get("module") or [""])[0]
    if module not in known:
        found.leave(where, f"module {module!r}: there is none in blackbox.yml")
        return
    for key in job:
        if key.endswith("_sd_configs"):
            found.leave(where, f"{key}: targets that are found while it runs")
    every = seconds(job.get("scrape_interval", whole.get("scrape_interval", "1m")))
    for target in _targets(job):
        _check(found, f"{where}, {target}", module, known[module], target, every)


def _targets(job: Map) -> Iterator[str]:
    for each in job.get("static_configs") or []:
        yield from (str(target) for target in each.get("targets") or [])


def _check(found: Imported, where: str, name: str, module: Map, target: str, every: float) -> None:
    made = {"http": _http, "tcp": _tcp, "icmp": _icmp, "dns": _dns}.get(str(module.get("prober")))
    if made is None:
        found.leave(where, f"module {name}: there is no probe like {module.get('prober')!r} here")
        return
    kind = module.get(str(module["prober"])) or {}
    url, expect, more = made(found, where, kind, target)
    timeout = seconds(module["timeout"]) if module.get("timeout") else None
    family = {"ip4": "4", "ip6": "6"}.get(str(kind.get("preferred_ip_protocol", "")))
    if family and kind.get("ip_protocol_fallback") is False:
        more["families"] = family
    found.add(where, url, "", every, timeout, expect, **more)


Made = tuple[str, list[str], dict[str, Any]]


def _http(found: Imported, where: str, kind: Map, target: str) -> Made:
    url = target if "://" in target else f"http://{target}"
    expect = []
    codes = kind.get("valid_status_codes") or []
    expect.append(f"status is one of {', '.join(str(c) for c in codes)}" if len(codes) > 1
                  else f"status is {codes[0] if codes else '2xx'}")  # fmt: skip
    for key, verb in (("fail_if_body_matches_regexp", "does not match"), ("fail_if_body_not_matches_regexp", "matches"),
                      ("fail_if_matches_regexp", "does not match"),
                      ("fail_if_not_matches_regexp", "matches")):  # fmt: skip
        expect += [f"body {verb} {quoted(str(each))}" for each in kind.get(key) or []]
    for key, verb in (
        ("fail_if_header_matches", "does not match"),
        ("fail_if_header_not_matches", "matches"),
    ):
        expect += [f"header {h['header']} {verb} {quoted(str(h['regexp']))}" for h in kind.get(key) or []]
    if kind.get("fail_if_not_ssl") and urlsplit(url).scheme != "https":
        found.leave(where, "fail_if_not_ssl: the address is not https")
    if str(kind.get("method", "GET")).upper() != "GET":
        found.leave(where, f"method {kind['method']}: a plain check asks with GET; use steps of web://")
    if kind.get("follow_redirects", True) and not kind.get("no_follow_redirects"):
        found.leave(where, "redirects are not followed here: a redirect is an answer; name the last address")
    taken = {
        "valid_status_codes", "fail_if_body_matches_regexp", "fail_if_body_not_matches_regexp",
        "fail_if_matches_regexp", "fail_if_not_matches_regexp", "fail_if_header_matches", "fail_if_header_not_matches",
        "fail_if_not_ssl", "method", "no_follow_redirects", "follow_redirects", "valid_http_versions",
    }  # fmt: skip
    _rest(found, where, "http", kind, taken)
    return url, expect, {}


def _tcp(found: Imported, where: str, kind: Map, target: str) -> Made:
    bare = target.split("://")[-1]
    _rest(found, where, "tcp", kind, {"query_response", "tls"})
    if kind.get("query_response"):
        steps = [dict(each) for each in kind["query_response"]]
        return f"dialogue://{bare}", [], {"steps": steps}
    return f"{'tls' if kind.get('tls') else 'tcp'}://{bare}", [], {}


def _icmp(found: Imported, where: str, kind: Map, target: str) -> Made:
    _rest(found, where, "icmp", kind, set())
    return f"icmp://{target}?count=1", [], {}


def _dns(found: Imported, where: str, kind: Map, target: str) -> Made:
    over = "&over=tcp" if kind.get("transport_protocol") == "tcp" else ""
    bare = target.split("://")[-1]
    url = f"dns://{bare}/{kind.get('query_name', '')}?type={kind.get('query_type', 'ANY')}{over}"
    answers = kind.get("validate_answer_rrs") or {}
    expect = [
        f"answer matches {quoted(str(each))}" for each in answers.get("fail_if_not_matches_regexp") or []
    ]
    if answers:
        found.leave(
            where,
            "validate_answer_rrs: patterns there match whole records with name and type, here the data alone",
        )
    _rest(
        found, where, "dns", kind, {"query_name", "query_type", "transport_protocol", "validate_answer_rrs"}
    )
    return url, expect, {}


def _rest(found: Imported, where: str, name: str, kind: Map, taken: set[str]) -> None:
    for key, said in kind.items():
        if key in taken or key in ("preferred_ip_protocol", "ip_protocol_fallback"):
            continue
        if key == "tls_config" and set(said or {}) <= {"insecure_skip_verify"}:
            if said and said.get("insecure_skip_verify"):
                found.leave(
                    where, f"{name}.tls_config.insecure_skip_verify: certificates are always verified here"
                )
            continue
        found.leave(where, f"{name}.{key}")
