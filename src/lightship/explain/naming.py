"""Plain words for causes and for groups of rows."""

from lightship.explain.hypothesis import Hypotheses
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.services import ServiceId


def name_of(known: Hypotheses, cause: int) -> str:
    """What operators call it; pseudo-causes in words."""
    pseudo = known.pseudo_of(cause)
    if pseudo is None:
        return component_name(known, known.feet.components[cause])
    kind, _, what = pseudo.name.partition("@")
    if kind == "noise":
        return "probes that fail now and then everywhere"
    if kind == "map-error":
        return f"{what} by itself"
    service, _, region = what.partition("@")
    where = f" in {_place(known, region)}" if region else ""
    return f"an unknown cause of {service_name(known, ServiceId(service))}{where}"


def path_name(known: Hypotheses, cause: int) -> str:
    """The name to say "probes through" with: of all that fail alike, what most probes go through themselves."""
    rows_of = known.feet.wiring.rows_of
    alike = sorted(known.alike(cause), key=lambda number: (-len(rows_of[number]), known.names[number]))
    return name_of(known, alike[0] if alike else cause)


def component_name(known: Hypotheses, component: str) -> str:
    """The component's name on the map, or its id where it has none."""
    return known.feet.network.component[ComponentId(component)].name or component


def service_name(known: Hypotheses, service: ServiceId | None) -> str:
    """What customers call it; empty for no service."""
    if service is None:
        return ""
    found = known.feet.network.service.get(service)
    return found.name if found else service


def counted(count: int, of: int) -> str:
    """Some of so many.

    >>> counted(8, 8), counted(3, 8)
    ('8 of 8', '3 of 8')
    """
    return f"{count} of {of}"


def _place(known: Hypotheses, region: str) -> str:
    found = {area.id: area.name for area in known.feet.network.places.areas}
    return next((name for area, name in found.items() if area == region), region)
