"""The explanation as one page: no script, nothing fetched, light and dark, on a phone and on paper."""

from collections.abc import Sequence
from pathlib import Path

from lightship.edges.files.templates import template_texts
from lightship.run.explaining import pictures, plots, words
from lightship.run.explaining.explanation import Explanation
from lightship.tell.site.paper import environment
from lightship.tell.site.shell import ICON, small
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.diagnosis import LikelihoodRatio

OPEN_ROWS = 40
"""Rows of the table that stand open; the others are folded."""

_HERE = Path(__file__).parent


def page(found: Explanation, network: NetworkMap) -> str:
    """The page as HTML."""
    shared = template_texts()
    own = {name: (_HERE / name).read_text("utf-8") for name in ("explain.html", "explain.css")}
    pool = environment({**shared, **own})
    footprint = pictures.footprint_map(found, network)
    graph = pictures.reports_graph(found, network)
    return pool.get_template("explain.html").render(
        css=small(shared["style.css"] + own["explain.css"]), icon=ICON, found=found, d=found.diagnosis, words=words,
        evidence=(
            ("For", _bars(found.diagnosis.evidence_for)), ("Against", _bars(found.diagnosis.evidence_against)),
        ),
        margin=plots.margin_graph(found) if found.points else "", margin_words=plots.in_words(found.points, found),
        footprint=footprint and pictures.data_address(footprint), footprint_picture=footprint,
        losses=pictures.by_service(found.footprint, network),
        graph=graph and pictures.data_address(graph), graph_picture=graph,
        rows=found.rows[:OPEN_ROWS], more=found.rows[OPEN_ROWS:], provider=network.provider,
    )  # fmt: skip


def _bars(some: Sequence[LikelihoodRatio]) -> list[tuple[LikelihoodRatio, str]]:
    most = max((abs(each.nats) for each in some), default=1.0)
    return [(each, plots.bar(each.nats, most)) for each in some]
