"""The state as bytes and back: what goes on from the bytes goes on exactly as it would have."""

from lightship.detect import arrays, probes, scan
from lightship.detect.plan import plan
from lightship.detect.state import DetectState, Memory
from lightship.prevent.footprints import Footprints


def snapshot(state: DetectState) -> bytes:
    """The memory as bytes; the plan is compiled from the map again."""
    return arrays.encode(state.memory)


def restore(data: bytes, feet: Footprints) -> DetectState:
    """What `snapshot` wrote. Raises msgspec.DecodeError where the bytes are not one."""
    memory, compiled = arrays.decode(data, Memory), plan(feet)
    assert memory.map_version == feet.network.version, "a snapshot of another map"
    layers = tuple(probes.cells(compiled, moment) for moment in memory.ring[-probes.LONGEST :])
    return DetectState(memory, compiled, scan.pooled(compiled, memory.base), layers)
