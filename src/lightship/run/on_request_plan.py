"""What `/probe` may measure, as the configuration says it."""

from collections.abc import Callable

from lightship.edges.files.yaml_marks import Trail
from lightship.edges.metrics.on_request import Module, OnRequest
from lightship.edges.probes.expecting.reading import conditions
from lightship.run.configuration import LONGEST_TIMEOUT, Configuration
from lightship.vocabulary.errors import BadInput


def on_request(file: Configuration, place: Callable[[Trail], str]) -> OnRequest | None:
    """What `/probe` may measure, checked; None: nothing. Raises BadInput."""
    if file.probe is None:
        return None
    modules = {}
    for name, each in file.probe.modules.items():
        where = place(("probe", "modules", name))
        if "{target}" not in each.url:
            raise BadInput(
                where,
                f"{each.url!r} has no place for the target",
                'write {target} where it goes: "https://{target}/"',
            )
        if not 0 < each.timeout <= LONGEST_TIMEOUT:
            raise BadInput(
                where, f"timeout: {each.timeout:g} s", f"above 0 and at most {LONGEST_TIMEOUT:g} s"
            )
        modules[name] = Module(each.url, each.timeout, conditions(each.expect, where))
    return OnRequest(modules, file.probe.hosts, file.contact)
