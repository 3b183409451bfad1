"""What no single entry shows: names that nobody bears, and circles."""

from lightship.edges.files.maps.draft import Draft, mentioned
from lightship.edges.files.maps.findings import did_you_mean
from lightship.edges.files.maps.gates import Gates
from lightship.vocabulary.components import ComponentId


def check_mentions(draft: Draft, gates: Gates) -> None:
    """Every component that the file names is there."""
    for name, trail in gates.mentions:
        if name not in draft.components:
            hint = did_you_mean(name, draft.components, "the id of a component of this map")
            gates.findings.error(trail, f"no component {name!r}", hint)


def check_removals(draft: Draft, removed: tuple[ComponentId, ...], gates: Gates) -> None:
    """Nothing that the base says still needs what was taken away. What the file says is checked by its mentions."""
    users = [(each.id, each.gates) for each in draft.components.values() if each.id not in draft.written]
    users += [(ComponentId(service), needs) for service, needs in draft.needs.items()]
    users += [(ComponentId(f"{each.service} in {each.area}"), each.gates) for each in draft.areas.values()]
    for n, name in enumerate(removed):
        needing = [user for user, own in users if name in mentioned(own) and name not in draft.components]
        if needing:
            listed = ", ".join(needing[:3]) + (f" and {len(needing) - 3} more" if len(needing) > 3 else "")
            would_do = "write those anew without it, or keep it"
            gates.findings.error(("without", n), f"{name} is still needed by {listed}", would_do)


def check_cycles(draft: Draft, gates: Gates) -> None:
    """Nothing needs itself by any way: one circle is shown."""
    circle = _circle({name: sorted(mentioned(each.gates)) for name, each in draft.components.items()})
    if circle:
        lines = [
            gates.findings.document.position(draft.written[name])[0]
            for name in circle
            if name in draft.written
        ]
        numbers = ", ".join(map(str, lines))
        trail = next((draft.written[name] for name in circle if name in draft.written), ())
        found = (
            f"a circle of needs: {' -> '.join((*circle, circle[0]))} (line{'s' * (len(lines) > 1)} {numbers})"
        )
        gates.findings.error(trail, found, "take one of these needs out")


def _circle(needs: dict[ComponentId, list[ComponentId]]) -> list[ComponentId]:
    """A circle, or nothing: what is left once everything that rests on firm ground is taken away, followed round."""
    users: dict[ComponentId, list[ComponentId]] = {name: [] for name in needs}
    waiting = {name: sum(on in needs for on in own) for name, own in needs.items()}
    for name, own in needs.items():
        for on in own:
            users.setdefault(on, []).append(name)
    ready = [name for name, count in waiting.items() if count == 0]
    while ready:
        for user in users[ready.pop()]:
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    return _followed({name: own for name, own in needs.items() if waiting[name] > 0})


def _followed(left: dict[ComponentId, list[ComponentId]]) -> list[ComponentId]:
    if not left:
        return []
    way: list[ComponentId] = []
    at = next(iter(left))
    while at not in way:
        way.append(at)
        at = next(on for on in left[at] if on in left)
    return way[way.index(at) :]
