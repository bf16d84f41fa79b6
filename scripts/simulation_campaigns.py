"""Campaigns and the links in them, as people type them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
import pyarrow as pa

import simulation_company as company
import simulation_world as world

SETTINGS = list(company.CAMPAIGN_SETTINGS)
K, L = company.CAMPAIGNS_PER_QUARTER, company.LINKS_PER_CAMPAIGN
LINK_WEIGHTS = [0.58, 0.12, 0.09, 0.08, 0.07, 0.06]  # the first is clean, the rest are not


@dataclass
class Campaigns:
    """Campaigns of each programme and quarter, K each, in that order; links, L per campaign, in that order."""

    programme: list[str]
    campaign_id: list[str]
    name: list[str]
    utm: list[dict[str, str]]  # per link
    url: pa.Array  # per link, '&utm_source=...'
    json: pa.Array  # per link, ',"utm_source":"..."'


def choose_campaigns(rng: np.random.Generator, n: int) -> np.ndarray:
    """Which of the K campaigns of its programme and quarter reached each of n touches."""
    return world.pick(rng, n, range(K, 0, -1))


def campaign_index(programme: np.ndarray, at: np.ndarray, choice: np.ndarray) -> np.ndarray:
    """Campaign of an exposure, -1 for programmes without campaigns."""
    place = np.array([SETTINGS.index(p.name) if p.name in SETTINGS else -1 for p in company.PROGRAMMES])[programme]
    quarter = np.searchsorted(company.QUARTER_STARTS, at, side="right") - 1
    return np.where(place < 0, -1, (place * len(company.QUARTERS) + quarter) * K + choice)


def typed_link(rng: np.random.Generator, kind: int, programme: str, name: str, campaign_id: str) -> dict[str, str]:
    """UTMs of one link. Kind 0 is right, 1 a wrong case or synonym, 2 lacks the medium, 3 has stray spaces,
    4 an unexpanded macro, 5 no UTMs at all on auto-tagged Google ads, else no campaign."""
    _, source, medium, *_ = company.CAMPAIGN_SETTINGS[programme]
    utm = {"utm_source": source, "utm_medium": medium, "utm_campaign": name}
    if rng.random() < 0.5:
        utm["utm_content"] = str(rng.choice(["video", "carousel", "text-a", "text-b"]))
    if programme.startswith(("google", "microsoft")) and rng.random() < 0.7:
        utm["utm_term"] = str(rng.choice(["help desk software", "shared inbox", "ticketing system", "harbor desk"]))
    if rng.random() < 0.75:
        utm["utm_id"] = campaign_id
    if kind == 1:
        utm["utm_source"] = str(rng.choice(company.SOURCE_SYNONYMS[source]))
        utm["utm_medium"] = str(rng.choice(company.MEDIUM_SYNONYMS[medium]))
    if kind == 2:
        del utm["utm_medium"]
    if kind == 3:
        utm["utm_source"] += " "
        utm["utm_campaign"] = " " + name
    if kind == 4:
        utm["utm_campaign"] = "{campaignid}" if programme.startswith("google") else "{{campaign.name}}"
        utm.pop("utm_id", None)
    if kind == 5:
        if programme in ("google_ads", "google_brand"):
            return {}
        del utm["utm_campaign"]
    return utm


def build_campaigns(seed: int) -> Campaigns:
    """The whole plan, the same in every chunk of a world."""
    rng = world.stream(seed, 0, "campaigns")
    campaigns = Campaigns([], [], [], [], pa.array([], pa.string()), pa.array([], pa.string()))
    for programme in SETTINGS:
        platform = company.CAMPAIGN_SETTINGS[programme][0]
        audiences = ["brand"] if programme == "google_brand" else company.AUDIENCES
        for quarter in company.QUARTERS:
            for place in range(K):
                audience, offer = rng.choice(audiences), rng.choice(company.OFFERS)
                name = f"{quarter}_{platform}_{audience}_{offer}"
                if programme == "linkedin_ads" and quarter == "2026q1" and place == 0:
                    name = "2026q1_linkedin_founders_demo"
                elif rng.random() < company.OFF_PATTERN_SHARE:
                    name = str(rng.choice(company.OFF_PATTERN_NAMES))
                campaign_id = str(rng.integers(10**10, 10**11))
                if programme == "newsletter":
                    campaign_id = rng.bytes(5).hex()
                campaigns.programme.append(programme)
                campaigns.campaign_id.append(campaign_id)
                campaigns.name.append(name)
                campaigns.utm += [typed_link(rng, kind, programme, name, campaign_id) for kind in range(L)]
    urls = ["".join(f"&{key}={quote(value)}" for key, value in utm.items()) for utm in campaigns.utm]
    campaigns.url = pa.array(urls)
    campaigns.json = pa.array(["".join(f',"{key}":"{value}"' for key, value in utm.items()) for utm in campaigns.utm])
    return campaigns


def renamed_campaign(campaigns: Campaigns) -> tuple[str, str]:
    """Id of the campaign that the ad platform's people renamed in the middle of its quarter, and its new name."""
    place = SETTINGS.index(company.RENAMED_PROGRAMME) * len(company.QUARTERS)
    place = (place + company.QUARTERS.index(company.RENAMED_QUARTER)) * K
    audience, _, _ = campaigns.name[place].rpartition("_")
    return campaigns.campaign_id[place], f"{audience or company.RENAMED_QUARTER}_{company.NEW_OFFER}"
