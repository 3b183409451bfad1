"""Rules on what an outage obliges to, read from YAML: ours, or the operator's own."""

from pathlib import Path

import msgspec

from lightship.edges.files.maps.decoding import decode
from lightship.edges.files.maps.findings import Findings
from lightship.edges.files.shipped import data_path
from lightship.edges.files.yaml_marks import read_yaml
from lightship.vocabulary.obligations import Obligation

SHIPPED = "obligations.yaml"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[Obligation, ...] = ()


def obligations(path: Path | None = None) -> tuple[Obligation, ...]:
    """The rules of a file; None: the shipped ones. Raises BadInput naming file, line and path."""
    document = read_yaml(path or data_path(SHIPPED))
    findings = Findings(document)
    file = decode(document.plain, _File, (), findings)
    findings.stop_if_wrong()
    assert file is not None, "decode says what is wrong where it gives nothing"
    return file.rules
