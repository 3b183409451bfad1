"""How long outages last, by kind of cause: weak priors from published records, as data with their sources.

Each prior is lognormal: half of such outages were over for nearly all customers after `median_hours`, nine in ten
after `median_hours * exp(1.2816 * sigma)`. The records are few (n is printed with them); `assumed` ones have none.
"""

import msgspec

from lightship.vocabulary.diagnosis import Category


class Prior(msgspec.Struct, frozen=True):
    """Time from onset until nearly all customers are back.

    Args:
        median_hours: > 0. sigma: spread of the logarithm, > 0.
        weight: share of this kind among outages of unknown cause.
        records: hours of published cases that it rests on; empty: assumed.
        sources: addresses of their records, without scheme.
    """

    median_hours: float
    sigma: float
    weight: float
    records: tuple[float, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def basis(self) -> str:
        """What it rests on, in words."""
        return f"{len(self.records)} published cases" if self.records else "assumed"


PRIORS: dict[Category, Prior] = {
    "power": Prior(
        4.5, 1.0, 0.2, (4.0, 6.0, 15.0),
        (
            "telecoms.com/474256/equinix-owns-up-for-london-broadband-outage/",
            "www.bbc.co.uk/news/technology-36854916", "techmonitor.ai/hardware/data-centres/equinix-outage",
        ),
    ),
    "fibre-cut": Prior(11.0, 0.6, 0.1, (13.0,), ("www.theinquirer.net/inquirer/news/3013328",)),
    "equipment": Prior(
        3.5, 1.0, 0.2, (2.0, 8.5),
        ("feeds.bbci.co.uk/news/technology-35472198", "www.computerweekly.com/news/4500272353"),
    ),
    "software-or-configuration": Prior(
        6.5, 1.2, 0.2, (11.5, 10.0, 24.0, 0.8, 14.5, 3.5),
        (
            "broadbandbreakfast.com/february-at-t-outage-blocked-92-million-calls-fcc-says",
            "thousandeyes.com/blog/virgin-media-uk-outage-analysis-april-4-2023",
            "crtc.gc.ca/eng/archive/2022/lt220712.htm", "status.cloud.google.com/incident/zall/20013",
            "aws.amazon.com/message/101925",
            "www.ibtimes.co.uk/vodafone-outage-leaves-thousands-without-internet-mobile-service-across-uk-1747730",
        ),
    ),
    "dns": Prior(
        5.0, 1.1, 0.05, (6.5, 14.5),
        ("blog.cloudflare.com/october-2021-facebook-outage/", "aws.amazon.com/message/101925"),
    ),
    "certificate": Prior(
        20.0, 0.6, 0.02, (24.0,),
        ("www.theguardian.com/business/2018/dec/06/o2-customers-unable-to-get-online",),
    ),
    "capacity-or-ddos": Prior(3.0, 1.2, 0.05),
    "cyber": Prior(24.0, 1.3, 0.03),
    "weather": Prior(30.0, 1.0, 0.05, (36.0,), ("www.ofgem.gov.uk/publications/storm-arwen-report",)),
    "third-party": Prior(6.0, 1.2, 0.1),
}  # fmt: skip

TAIL = Prior(
    1.5, 1.1, 1.0, (4.0, 10.0, 0.1),
    (
        "telecoms.com/474256/equinix-owns-up-for-london-broadband-outage/",
        "broadbandbreakfast.com/february-at-t-outage-blocked-92-million-calls-fcc-says",
        "feeds.bbci.co.uk/news/technology-35472198",
    ),
)  # fmt: skip
"""Time that service takes to recover after the component is back: the morning after 22 minutes without power in July
2016, ten hours of re-registration after a mobile core was mended, nearly none where a router came back."""
