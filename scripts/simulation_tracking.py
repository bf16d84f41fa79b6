"""What is seen: sessions on devices, cookies that get lost, page views as the tracker sends them.

Arrays of sessions are sorted by device and time. Times are true milliseconds until `clocks` bends them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import simulation_campaigns as plan
import simulation_company as company
import simulation_world as world
from simulation_strings import (
    from_characters,
    iso,
    joined,
    pick_text,
    random_hex,
    random_text,
    random_uuids,
    timestamps,
)

VISIT, SIGN_UP, LEAD, PURCHASE, PURCHASE_WITH_SIGN_UP, APP = range(6)
DIRECT = company.PROGRAMME["direct"]
SITE_COUNT = len(company.SITE_PAGES)
PAGES = (
    [(company.SITE + path, title) for path, title, *_ in company.SITE_PAGES]
    + [(company.SITE + path, title) for path, title in company.CONVERSION_PAGES]
    + [(company.APP + path, title) for path, title in company.APP_PAGES]
    + [(company.SITE + path + company.INTERNAL_UTM, title) for path, title, *_ in company.SITE_PAGES]
    + [
        (company.STAGING + "/pricing", "Pricing | Harbor Desk"),
        (company.LOCALHOST + "/signup", "Start free | Harbor Desk"),
    ]
)
PAGE = {url: index for index, (url, _) in enumerate(PAGES)}
FIRST_APP_PAGE = PAGE[company.APP + "/welcome"]
FIRST_INTERNAL_UTM_PAGE = PAGE[company.SITE + "/" + company.INTERNAL_UTM]
FIRST_TEST_PAGE = len(PAGES) - 2
PRICING, DEMO, THANKS, SIGNUP, LETTER = (
    PAGE[company.SITE + path] for path in ("/pricing", "/demo", "/demo/thanks", "/signup", "/newsletter/thanks")
)
WELCOME, LOGIN, INBOX, BILLING, PAID = (
    PAGE[company.APP + p] for p in ("/welcome", "/login", "/inbox", "/billing", "/billing/thanks")
)
PATHS = {
    SIGN_UP: [PRICING, SIGNUP, WELCOME],
    LEAD: [PRICING, DEMO, THANKS],
    PURCHASE: [LOGIN, BILLING, PAID],
    PURCHASE_WITH_SIGN_UP: [PRICING, SIGNUP, WELCOME, BILLING, PAID],
}
REFERRERS = sorted(
    {r for lists in company.SOURCES_BY_PROGRAMME.values() for part in lists if part for r in part if r}
    | set(company.SSO_REFERRERS)
    | set(company.PAYMENT_REFERRERS)
)
CONSENTS = pa.array(["granted", "denied"])
USER_AGENTS = [b[3] for b in company.BROWSERS] + [company.IPAD_USER_AGENT] + [b[0] for b in company.BOTS]
IPAD = len(company.BROWSERS)
FIRST_BOT = IPAD + 1
ADDRESSES = pa.array([f"198.{18 + high}.{i // 256}.{i % 256}" for high in range(2) for i in range(65536)])


@dataclass
class Devices:
    """One entry per device: the persons' own, in order of person, then shared ones."""

    first: np.ndarray  # per person
    user_agent: np.ndarray
    kind: np.ndarray
    clears: np.ndarray  # loses its state after seven days away
    denied: np.ndarray
    consent: np.ndarray  # index in CONSENTS, -1 unknown
    blocked: np.ndarray
    strips: np.ndarray  # removes click ids from links
    strips_utm: np.ndarray
    skew: np.ndarray  # ms that the clock is wrong
    address: np.ndarray


def draw_devices(rng: np.random.Generator, persons: world.Persons, shared_count: int, cookie_loss: float) -> Devices:
    """Devices; `cookie_loss` moves which of them clear their state and nothing else."""
    own = int(persons.device_count.sum())
    n = own + shared_count
    is_shared = np.arange(n) >= own
    browser = world.pick(rng, n, [b[1] for b in company.BROWSERS])
    kind = np.array([b[2] for b in company.BROWSERS])[browser]
    # Safari clears state on its own; elsewhere people do. At 0 nobody loses anything, at 1 everybody does.
    chance = np.where(np.isin(kind, ["safari", "ios", "strict"]), cookie_loss**0.4, cookie_loss**1.6)
    denied = (rng.random(n) < company.DENIED_SHARE) & ~is_shared
    unknown = rng.random(n) < company.CONSENT_UNKNOWN_SHARE
    skew = np.where(rng.random(n) < 0.5, -1, 1) * np.exp(
        rng.uniform(np.log(3 * company.MINUTE), np.log(5 * company.DAY), n)
    )
    return Devices(
        first=np.cumsum(persons.device_count) - persons.device_count,
        user_agent=np.where(is_shared, IPAD, browser),
        kind=np.where(is_shared, "ios", kind),
        clears=(rng.random(n) < chance) & ~is_shared,
        denied=denied,
        consent=np.where(denied, 1, np.where(unknown, -1, 0)),
        blocked=(rng.random(n) < company.BLOCKED_SHARE) & ~is_shared,
        strips=(kind == "strict") | (rng.random(n) < company.PRIVATE_SHARE),
        strips_utm=rng.random(n) < company.UTM_STRIPPER_SHARE,
        skew=np.where(rng.random(n) < company.SKEWED_SHARE, skew, 0).astype(np.int64),
        address=rng.integers(0, len(ADDRESSES), n),
    )


@dataclass
class Sessions:
    """Sessions of a chunk, one entry each; `exposure` is the touch that it is, or that a conversion continues."""

    person: np.ndarray
    device: np.ndarray
    start: np.ndarray
    end: np.ndarray  # of a conversion's session: the conversion's time
    kind: np.ndarray
    programme: np.ndarray
    exposure: np.ndarray
    continues: np.ndarray
    view_count: np.ndarray
    gap: np.ndarray  # ms between views, of a conversion's session
    is_seen: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: np.ndarray) -> Sessions:
        return Sessions(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def signed_up_at(persons: world.Persons, outcome: world.Outcome) -> np.ndarray:
    """Time of sign-up per person, END for those who never do."""
    at = np.full(len(persons), company.END)
    at[outcome.sign_up.person] = outcome.sign_up.at
    return at


def draw_sessions(rng, persons: world.Persons, exposures: world.Exposures, outcome: world.Outcome, devices: Devices):
    """Every session: visits, conversions (within a visit or on their own), and use of the product."""

    def slot(person: np.ndarray) -> np.ndarray:
        return devices.first[person] + (persons.device_count[person] * rng.random(len(person)) ** 1.7).astype(np.int64)

    device_of_exposure = slot(exposures.person)
    offsite = [company.PROGRAMME["event"], company.PROGRAMME["app_install"]]
    visit = np.flatnonzero(~np.isin(exposures.programme, offsite))
    parts = [
        Sessions(
            exposures.person[visit],
            device_of_exposure[visit],
            exposures.at[visit],
            np.zeros(len(visit), np.int64),
            np.full(len(visit), VISIT),
            exposures.programme[visit],
            visit,
            np.zeros(len(visit), bool),
            np.minimum(rng.geometric(company.LATER_VIEWS_P, len(visit)), 25),
            np.zeros(len(visit), np.int64),
            rng.random(len(visit)) >= company.UNSEEN_VISIT_SHARE,
        )
    ]
    user_since = signed_up_at(persons, outcome)
    is_new_user = outcome.purchase.at == user_since[outcome.purchase.person]
    plain_sign_up = ~np.isin(outcome.sign_up.person, outcome.purchase.person[is_new_user])
    on_site = ~persons.is_offline_lead[outcome.lead.person]
    for kind, events in [
        (SIGN_UP, outcome.sign_up.take(np.flatnonzero(plain_sign_up))),
        (LEAD, outcome.lead.take(np.flatnonzero(on_site))),
        (PURCHASE, outcome.purchase.take(np.flatnonzero(~is_new_user))),
        (PURCHASE_WITH_SIGN_UP, outcome.purchase.take(np.flatnonzero(is_new_user))),
    ]:
        n = len(events)
        continues = (events.exposure >= 0) & np.isin(events.exposure, visit)
        programme = world.programmes_by_mix(rng, n, company.MIX_RETURN)
        is_letter = programme == company.PROGRAMME["newsletter"]
        programme[continues | (is_letter & ~persons.is_subscriber[events.person])] = DIRECT
        view_count = len(PATHS[kind]) - continues
        delay = events.at - exposures.at[np.maximum(events.exposure, 0)]
        gap = (rng.uniform(20_000, 60_000, n)).astype(np.int64)
        gap = np.where(continues, np.minimum(gap, (delay * 0.8 / np.maximum(view_count - 1, 1)).astype(np.int64)), gap)
        own_device = slot(events.person)
        parts.append(
            Sessions(
                events.person,
                np.where(continues, device_of_exposure[np.maximum(events.exposure, 0)], own_device),
                events.at - gap * (view_count - 1),
                events.at,
                np.full(n, kind),
                programme,
                np.where(continues, events.exposure, -1),
                continues,
                view_count,
                gap,
                np.ones(n, bool),
            )
        )
    user, _ = world.runs(np.where(user_since < company.END, rng.geometric(company.APP_SESSION_P, len(persons)), 0))
    days = (company.END - user_since[user]) / company.DAY
    start = user_since[user] + ((1 + (days - 1) * rng.random(len(user))) * company.DAY).astype(np.int64)
    start += time_shift(rng, start)
    parts.append(
        Sessions(
            user,
            slot(user),
            start,
            np.zeros(len(user), np.int64),
            np.full(len(user), APP),
            np.full(len(user), DIRECT),
            np.full(len(user), -1),
            np.zeros(len(user), bool),
            np.minimum(1 + rng.geometric(0.35, len(user)), 30),
            np.zeros(len(user), np.int64),
            np.ones(len(user), bool),
        )
    )
    sessions = Sessions(*(np.concatenate([getattr(p, f) for p in parts]) for f in Sessions.__dataclass_fields__))
    share_devices(rng, sessions, devices)
    sessions.is_seen &= ~devices.blocked[sessions.device] & (sessions.start < company.END - 2 * 3_600_000)
    return sessions.take(np.lexsort((sessions.kind, sessions.start, sessions.device)))


def time_shift(rng: np.random.Generator, at: np.ndarray) -> np.ndarray:
    """Milliseconds that move a time within its day to an hour at which people work, never before `at`."""
    into_day = (at - company.START) % company.DAY
    return np.maximum(world.time_of_day(rng, len(at)) - into_day, 0)


def share_devices(rng: np.random.Generator, sessions: Sessions, devices: Devices) -> None:
    """Put the product use of five users each on one shared tablet."""
    shared = np.arange(len(devices.user_agent))[devices.user_agent == IPAD]
    users = rng.permutation(np.unique(sessions.person[sessions.kind == APP]))[: 5 * len(shared)]
    for place, device in enumerate(shared):
        group = users[place * 5 : place * 5 + 5]
        sessions.device[(sessions.kind == APP) & np.isin(sessions.person, group)] = device


@dataclass
class Cookies:
    """Cookie of each session, and the first and last marketing session that its state knows of (-1: none)."""

    cookie: np.ndarray
    first_touch: np.ndarray
    last_touch: np.ndarray
    count: int


def assign_cookies(sessions: Sessions, devices: Devices, is_marketing: np.ndarray) -> Cookies:
    """Cookies of sorted, seen sessions: a new one per device, after a loss, and per session where consent is denied."""
    device, n = sessions.device, len(sessions)
    new_device = np.r_[True, device[1:] != device[:-1]][:n]
    away = np.r_[0, sessions.start[1:] - sessions.start[:-1]][:n]
    denied = devices.denied[device]
    is_new = new_device | (devices.clears[device] & (away > company.STATE_LIFETIME)) | (denied & ~sessions.continues)
    cookie = np.cumsum(is_new) - 1
    opening = np.flatnonzero(is_new)[cookie] if n else np.zeros(0, np.int64)
    touched = is_marketing & ~denied
    place = np.arange(n)
    last = np.maximum.accumulate(np.where(touched, place, -1)) if n else place
    last = np.where(last >= opening, last, -1)
    first_of_cookie = np.full(int(is_new.sum()), n)
    np.minimum.at(first_of_cookie, cookie[touched], place[touched])
    first = np.where(first_of_cookie[cookie] <= place, first_of_cookie[cookie], -1)
    return Cookies(cookie, first, last, int(is_new.sum()))


# ---- The evidence in a landing URL ---------------------------------------------------------------------------------
CLICK_KINDS = {
    "linkedin_ads": "li_fat_id",
    "facebook_ads": "fbclid",
    "tiktok_ads": "ttclid",
    "microsoft_ads": "msclkid",
    "newsletter": "mc",
    "affiliate": "irclickid",
}
# What a link carries: "google" is an auto-tagged link without its click id, "mc_cid" a letter's without recipient.
KINDS = ["", "gclid", "gbraid", "wbraid", "google", *CLICK_KINDS.values(), "mc_cid"]


def click_values(rng: np.random.Generator, kind: str, n: int) -> pa.Array:
    """Click ids in the shape of their network."""
    if kind == "msclkid":
        return random_hex(rng, n)
    if kind == "li_fat_id":
        return random_uuids(rng, n)
    if kind == "mc":
        return random_hex(rng, n, 5)
    prefix, width = {
        "gclid": ("Cj0KCQjw", 74),
        "gbraid": ("0AAAAA", 26),
        "wbraid": ("Cj8KC", 39),
        "fbclid": ("IwAR", 57),
        "ttclid": ("E.C.P.", 48),
        "irclickid": ("", 24),
    }[kind]
    return joined(prefix, random_text(rng, n, width))


def choose_click_kinds(
    rng: np.random.Generator, programme: np.ndarray, referrer: np.ndarray, ios, strips
) -> np.ndarray:
    """Index in KINDS of what survives in the landing URL of each session."""
    n = len(programme)
    kind = np.zeros(n, np.int64)
    google = np.isin(programme, [company.PROGRAMME[p] for p in ("google_ads", "google_brand", "display")])
    u, alternative = rng.random(n), rng.random(n)
    kind[google] = KINDS.index("gclid")
    braid = google & ios & (u < 0.3)
    kind[braid] = np.where(alternative[braid] < 0.5, KINDS.index("gbraid"), KINDS.index("wbraid"))
    for name, click in CLICK_KINDS.items():
        kind[(programme == company.PROGRAMME[name]) & (u < 0.95)] = KINDS.index(click)
    facebook = [i for i, url in enumerate(REFERRERS) if "facebook" in url or "instagram" in url]
    organic = (programme == company.PROGRAMME["organic_social"]) & np.isin(referrer, facebook)
    kind[organic] = KINDS.index("fbclid")
    survivors = np.arange(len(KINDS))
    for lost in ("fbclid", "ttclid", "msclkid", "irclickid"):
        survivors[KINDS.index(lost)] = 0
    survivors[KINDS.index("gclid")] = survivors[KINDS.index("wbraid")] = KINDS.index("google")
    survivors[KINDS.index("mc")] = KINDS.index("mc_cid")
    return np.where(strips, survivors[kind], kind)


def click_parts(rng: np.random.Generator, kind: np.ndarray, campaign_ids: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Click ids per session, as '&gclid=...' for the URL and as ',"gclid":"..."' for the state."""
    urls, states, rows = [], [], []
    for index, name in enumerate(KINDS):
        here = np.flatnonzero(kind == index)
        n, campaign_id = len(here), campaign_ids.take(pa.array(here))
        if not name:
            url = state = from_characters(np.empty((n, 0), np.uint8))
        elif name.startswith("mc"):
            url, state = joined("&mc_cid=", campaign_id), joined(',"mc_cid":"', campaign_id, '"')
            if name == "mc":
                value = click_values(rng, name, n)
                url, state = joined(url, "&mc_eid=", value), joined(state, ',"mc_eid":"', value, '"')
        else:
            url = state = from_characters(np.empty((n, 0), np.uint8))
            if name != "google":
                value = click_values(rng, name, n)
                damage = rng.random(n)
                value = pc.if_else(pa.array(damage < company.ALTERED_CLICK_ID_SHARE / 2), pc.utf8_upper(value), value)
                short = pc.utf8_slice_codeunits(value, 0, 16)
                value = pc.if_else(pa.array(damage > 1 - company.ALTERED_CLICK_ID_SHARE / 2), short, value)
                url, state = joined(f"&{name}=", value), joined(f',"{name}":"', value, '"')
            if name in ("google", "gclid", "gbraid", "wbraid"):
                url = joined(url, "&gad_source=1&gad_campaignid=", campaign_id)
                state = joined(state, ',"gad_source":"1","gad_campaignid":"', campaign_id, '"')
        urls.append(url)
        states.append(state)
        rows.append(here)
    back = pa.array(np.argsort(np.concatenate(rows), kind="stable"))
    return pa.concat_arrays(urls).take(back), pa.concat_arrays(states).take(back)


def letter_page(exposure: np.ndarray) -> np.ndarray:
    """Page that a newsletter's link leads to, as the e-mail tool reports it."""
    return exposure % SITE_COUNT


@dataclass
class Evidence:
    """Where each session came from. Landing URLs and touches are kept for the sessions that carry something."""

    campaign: np.ndarray  # index in the plan, -1 none
    referrer: np.ndarray  # index in REFERRERS, -1 none
    landing_page: np.ndarray  # index in PAGES
    is_marketing: np.ndarray
    query: pa.Array  # '&utm_source=...&gclid=...', may be empty
    url: pa.Array  # landing URL
    touch: pa.Array  # JSON of the state

    def take(self, rows: np.ndarray) -> Evidence:
        taken = [getattr(self, name) for name in self.__dataclass_fields__]
        return Evidence(*(v.take(pa.array(rows)) if isinstance(v, pa.Array) else v[rows] for v in taken))


def draw_evidence(
    rng: np.random.Generator, sessions: Sessions, devices: Devices, campaigns: plan.Campaigns, chosen: np.ndarray
) -> Evidence:
    """UTMs, click ids, referrer and landing page of each session. `chosen`: campaign choice per exposure."""
    n = len(sessions)
    kind, device, programme = devices.kind[sessions.device], sessions.device, sessions.programme
    referrer = np.full(n, -1)
    u = rng.random(n)
    for name, (usual, android) in company.SOURCES_BY_PROGRAMME.items():
        for choices, is_here in [(usual, kind != "android"), (android or usual, kind == "android")]:
            rows = np.flatnonzero((programme == company.PROGRAMME[name]) & is_here)
            codes = np.array([REFERRERS.index(c) if c else -1 for c in choices])
            referrer[rows] = codes[(u[rows] * len(codes)).astype(int)]
    is_touch = (sessions.kind == VISIT) & (sessions.exposure >= 0)
    choice = np.where(is_touch, chosen[np.maximum(sessions.exposure, 0)], plan.choose_campaigns(rng, n))
    campaign = plan.campaign_index(programme, sessions.start, choice)
    link = np.where(campaign < 0, -1, campaign * plan.L + world.pick(rng, n, plan.LINK_WEIGHTS))
    link[devices.strips_utm[device]] = -1
    empty = pa.array([""])
    templates = pa.concat_arrays([campaigns.url, empty, pa.array(["&utm_source=chatgpt.com"])])
    states = pa.concat_arrays([campaigns.json, empty, pa.array([',"utm_source":"chatgpt.com"'])])
    link = np.where(link < 0, len(campaigns.url), link)
    link[(referrer == REFERRERS.index("https://chatgpt.com/")) & (rng.random(n) < 0.6)] = len(campaigns.url) + 1
    clicks = choose_click_kinds(rng, programme, referrer, np.isin(kind, ["ios"]), devices.strips[device])
    ids = pa.array(campaigns.campaign_id).take(pa.array(np.maximum(campaign, 0)))
    click_url, click_state = click_parts(rng, clicks, ids)
    extra = pa.array(np.where(rng.random(n) < company.NEW_CLICK_ID_SHARE, "&newclid=n3w" + "7f2e", "").tolist())
    query = joined(templates.take(pa.array(link)), click_url, extra)
    has_query = pc.not_equal(query, "").to_numpy(zero_copy_only=False)

    landing = world.pick(rng, n, [p[2] for p in company.SITE_PAGES])
    letter = is_touch & (programme == company.PROGRAMME["newsletter"])
    landing[letter] = letter_page(sessions.exposure[letter])
    first_pages = np.array([0, *[PATHS[k][0] for k in (SIGN_UP, LEAD, PURCHASE, PURCHASE_WITH_SIGN_UP)], LOGIN])
    landing = np.where(sessions.kind == VISIT, landing, first_pages[sessions.kind])
    landing[(sessions.kind == PURCHASE) & (programme != DIRECT)] = PRICING
    base = pa.array([url for url, _ in PAGES]).take(pa.array(landing))
    url = joined(base, pc.if_else(pa.array(has_query), "?", ""), pc.utf8_slice_codeunits(query, 1))
    is_marketing = (programme != DIRECT) & ~sessions.continues & (has_query | (referrer >= 0))
    referrers = pa.array([*(f',"referrer":"{r}"' for r in REFERRERS), ""]).take(
        pa.array(np.where(referrer < 0, len(REFERRERS), referrer))
    )
    has_clicks = pc.not_equal(click_state, "")
    ids_part = joined(pc.if_else(has_clicks, ',"click_ids":{', ""), pc.utf8_slice_codeunits(click_state, 1))
    touch = joined(
        '{"occurred_at":"',
        iso(sessions.start + devices.skew[device]),
        '","landing_page":"',
        url,
        '"',
        referrers,
        states.take(pa.array(link)),
        ids_part,
        pc.if_else(has_clicks, "}}", "}"),
    )
    return Evidence(campaign, referrer, landing, is_marketing, query, url, touch)


# ---- Page views ----------------------------------------------------------------------------------------------------
@dataclass
class Views:
    """Page views before they are sent; text columns are indices in dictionaries."""

    at: np.ndarray
    user_agent: np.ndarray
    address: np.ndarray
    skew: np.ndarray
    consent: np.ndarray
    cookie: np.ndarray
    user: np.ndarray  # person, -1 when not signed in
    page: np.ndarray
    url: np.ndarray
    referrer: np.ndarray
    first_touch: np.ndarray
    last_touch: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: np.ndarray) -> Views:
        return Views(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def joined_views(parts: list[Views]) -> Views:
    """Views of several kinds, one after the other."""
    return Views(*(np.concatenate([getattr(p, name) for p in parts]) for name in Views.__dataclass_fields__))


def draw_views(rng, sessions: Sessions, cookies: Cookies, evidence: Evidence, devices: Devices, pii, subscribes):
    """Views of people. URLs index PAGES, then a landing URL per session, then `pii`; referrers those, then REFERRERS.

    `subscribes` marks the sessions that end on the newsletter's form.
    """
    session, place = world.runs(sessions.view_count)
    kind, n = sessions.kind[session], len(session)
    device = sessions.device[session]
    is_first = place == 0
    page = world.pick(rng, n, [p[3] for p in company.SITE_PAGES])
    is_app = kind == APP
    page[is_app] = rng.integers(INBOX, BILLING, int(is_app.sum()))
    table = np.zeros((6, 6), np.int64)
    for name, path in PATHS.items():
        table[name, : len(path)] = path
    scripted = (kind != VISIT) & ~is_app
    page[scripted] = table[kind[scripted], place[scripted] + sessions.continues[session[scripted]]]
    opens = is_first & ~sessions.continues[session]
    page[opens] = evidence.landing_page[session[opens]]
    page[subscribes[session] & ~is_first & (place == sessions.view_count[session] - 1)] = LETTER
    internal = (kind == VISIT) & (page < SITE_COUNT) & ~is_first & (rng.random(n) < company.INTERNAL_UTM_SHARE)
    page[internal] += FIRST_INTERNAL_UTM_PAGE

    gap = np.minimum(rng.exponential(company.DWELL_SECONDS * 1000, n), 25 * company.MINUTE).astype(np.int64) + 800
    elapsed = np.cumsum(np.where(is_first, 0, gap))
    forward = elapsed - elapsed[np.maximum.accumulate(np.where(is_first, np.arange(n), 0))] + sessions.start[session]
    backward = sessions.end[session] - (sessions.view_count[session] - 1 - place) * sessions.gap[session]
    at = np.where(scripted, backward, forward)

    url = page.copy()
    landing = opens & evidence.is_marketing[session]
    url[landing] = len(PAGES) + session[landing]
    leaky = (page == THANKS) & (rng.random(n) < company.PII_URL_SHARE)
    url_count = len(PAGES) + len(sessions) + len(pii)
    leaky &= sessions.kind[session] == LEAD
    leaky_rows = np.flatnonzero(leaky)
    url[leaky_rows] = len(PAGES) + len(sessions) + session_to_pii(sessions, session[leaky_rows])

    referrer = np.r_[0, url[:-1]][:n]
    external = evidence.referrer[session]
    first_referrer = np.where(evidence.is_marketing[session] & (external >= 0), url_count + external, -1)
    # Direct visits now and then open with our own site as referrer: a tab left open, a link from the app.
    own = world.pick(rng, n, [p[3] for p in company.SITE_PAGES])
    own_rows = (first_referrer < 0) & (kind == VISIT) & (rng.random(n) < company.SELF_REFERRAL_SHARE)
    first_referrer = np.where(own_rows & ~evidence.is_marketing[session], own, first_referrer)
    signs_in = (is_app | (kind == PURCHASE)) & (rng.random(n) < company.SSO_SHARE)
    sso = url_count + np.array([REFERRERS.index(r) for r in company.SSO_REFERRERS])[rng.integers(0, 3, n)]
    first_referrer = np.where(signs_in & (first_referrer < 0), sso, first_referrer)
    first_referrer = np.where(sessions.continues[session], PRICING, first_referrer)
    referrer = np.where(is_first, first_referrer, referrer)
    pays = np.array([REFERRERS.index(r) for r in company.PAYMENT_REFERRERS])[world.pick(rng, n, [3, 1])]
    referrer = np.where((page == PAID), url_count + pays, referrer)
    at_sso = (page == WELCOME) & (rng.random(n) < 0.3)
    referrer = np.where(at_sso, sso, referrer)

    # Where visits overlap on a device, the state is the one of the visit that began last.
    current = (
        np.searchsorted(moments(cookies.cookie, sessions.start), moments(cookies.cookie[session], at), "right") - 1
    )
    lost = rng.random(n) < company.STATE_BUG_SHARE
    on_app = (page >= FIRST_APP_PAGE) & (page < FIRST_INTERNAL_UTM_PAGE)
    return Views(
        at=at,
        user_agent=devices.user_agent[device],
        address=devices.address[device],
        skew=devices.skew[device],
        consent=devices.consent[device],
        cookie=cookies.cookie[session],
        user=np.where(on_app, sessions.person[session], -1),
        page=page,
        url=url,
        referrer=referrer,
        first_touch=np.where(lost, -1, cookies.first_touch[current]),
        last_touch=np.where(lost, -1, cookies.last_touch[current]),
    )


def moments(cookie: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Cookie and time as one number that sorts by cookie, then time (13 months are less than 2^36 ms)."""
    return cookie * 2**36 + (at - company.START)


def session_to_pii(sessions: Sessions, session: np.ndarray) -> np.ndarray:
    """Place of a lead's session among the lead sessions: its entry in the list of URLs with personal data."""
    return (np.cumsum(sessions.kind == LEAD) - 1)[session]


def draw_robots(rng: np.random.Generator, n: int, test_count: int, first_cookie: int) -> tuple[Views, int]:
    """Views of known bots and of our own test environments, and the number of cookies that they used."""
    bot = world.pick(rng, n, [b[1] for b in company.BOTS])
    monitors = np.array([b[2] for b in company.BOTS])[bot]
    burst = np.arange(n) // 8  # a crawler keeps its id for eight pages
    cookie = np.where(monitors, 0, 1 + burst)
    at = company.START + (rng.random(n) * (company.END - company.START - company.DAY)).astype(np.int64)
    at = np.where(monitors, at // (5 * company.MINUTE) * (5 * company.MINUTE), at)
    page = np.where(monitors, 0, rng.integers(0, SITE_COUNT, n))
    tester = np.arange(test_count)
    test_at = company.START + world.pick(rng, test_count, np.ones(company.DAY_COUNT - 1)) * company.DAY
    test_at += world.time_of_day(rng, test_count)
    none, test_none = np.full(n, -1), np.full(test_count, -1)
    test_page = FIRST_TEST_PAGE + rng.integers(0, 2, test_count)
    robots = Views(
        at, FIRST_BOT + bot, rng.integers(0, 4000, n), np.zeros(n, np.int64), none, first_cookie + cookie, none, page,
        page, none, none, none,
    )  # fmt: skip
    testers = Views(
        test_at, np.full(test_count, 2), tester % 5, np.zeros(test_count, np.int64), np.zeros(test_count, np.int64),
        first_cookie + 2 + burst[-1:].sum() + tester // 4, test_none, test_page, test_page, test_none, test_none,
        test_none,
    )  # fmt: skip
    return joined_views([robots, testers]), int(2 + burst[-1:].sum() + test_count // 4 + 1)


OK, NO_EVENT_ID, MALFORMED, BAD_EVENT_AT, BAD_TIMES, NO_IDS, BLANK, FILE = range(8)


@dataclass
class Sent:
    """How views were sent: the view each row repeats, its times (client, client, server) and what broke in it."""

    view: np.ndarray
    event_at: np.ndarray
    sent_at: np.ndarray
    received_at: np.ndarray
    defect: np.ndarray


def clocks(rng: np.random.Generator, views: Views) -> Sent:
    """Late, skewed, repeated and broken rows, in the order in which the server received them."""
    n = len(views)
    queued = rng.uniform(30, 1500, n)
    is_late = rng.random(n) < company.LATE_SHARE
    late = rng.exponential(company.LATE_MEAN_DAYS * company.DAY, n) + 2 * 3_600_000
    late = np.where(rng.random(n) < 0.03, late + 30 * company.DAY, late)
    sent = views.at + np.where(is_late, late, queued).astype(np.int64)
    sent = np.where(sent < company.END - company.MINUTE, sent, views.at + queued.astype(np.int64))
    received = sent + rng.uniform(20, 900, n).astype(np.int64)
    again = np.flatnonzero(rng.random(n) < company.DUPLICATE_SHARE)
    delay = np.exp(rng.uniform(np.log(1500), np.log(5 * company.DAY), len(again))).astype(np.int64)
    delay = np.where(received[again] + delay < company.END, delay, 1500)
    view = np.r_[np.arange(n), again]
    received = np.r_[received, received[again] + delay]
    sent = np.r_[sent, sent[again] + delay]
    skew = views.skew[view]
    defect = np.where(rng.random(len(view)) < company.BROKEN_SHARE, rng.integers(1, 8, len(view)), OK)
    order = np.argsort(received, kind="stable")
    return Sent(
        view[order],
        (views.at[view] + skew)[order],
        (sent + skew)[order],
        received[order],
        defect[order],
    )


def page_view_tables(
    rng, views: Views, sent: Sent, texts: dict[str, pa.Array]
) -> dict[str, tuple[pa.Table, np.ndarray]]:
    """Rows of raw.page_views by month of receipt: (table, defects of its rows)."""
    event_ids = random_uuids(rng, len(views))
    months = (sent.received_at.astype("datetime64[ms]")).astype("datetime64[M]").astype(np.int64)
    tables = {}
    for month in np.unique(months):
        rows = np.flatnonzero(months == month)
        view, defect = sent.view[rows], sent.defect[rows]
        bad_time, bad_times = np.isin(defect, [BAD_EVENT_AT, BAD_TIMES]), defect == BAD_TIMES
        no_ids = defect == NO_IDS
        url = np.where(defect == BLANK, len(texts["url"]) - 2, views.url[view])
        url = np.where(defect == FILE, len(texts["url"]) - 1, url)
        ids = event_ids.take(pa.array(view))
        empty = np.isin(defect, [NO_EVENT_ID, MALFORMED])
        if empty.any():
            ids = pc.if_else(pa.array(empty), pa.scalar(None, pa.string()), ids)
        columns = {
            "event_id": ids,
            "anonymous_id": pick_text(texts["cookie"], np.where(no_ids, -1, views.cookie[view])),
            "user_id": pick_text(texts["user"], np.where(no_ids, -1, views.user[view])),
            "event_at": timestamps(sent.event_at[rows], bad_time),
            "sent_at": timestamps(sent.sent_at[rows], bad_times),
            "received_at": timestamps(sent.received_at[rows], bad_times),
            "page_url": pick_text(texts["url"], url),
            "page_title": pick_text(texts["title"], views.page[view]),
            "referrer": pick_text(texts["referrer"], views.referrer[view]),
            "user_agent": pick_text(texts["user_agent"], views.user_agent[view]),
            "ip_address": pick_text(ADDRESSES, views.address[view]),
            "consent": pick_text(CONSENTS, views.consent[view]),
            "first_touch": pick_text(texts["touch"], views.first_touch[view]),
            "last_touch": pick_text(texts["touch"], views.last_touch[view]),
        }
        tables[str(np.datetime64(int(month), "M"))] = (pa.table(columns), defect)
    return tables
