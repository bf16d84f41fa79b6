"""Harbor Desk, the simulated company: every parameter that describes it.

Nothing here is random and nothing here reads a clock. Times are milliseconds since 1970, UTC.
Shares are of 1. The other simulation modules hold only the machinery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

SITE = "https://www.harbordesk.example"
APP = "https://app.harbordesk.example"
STAGING = "https://staging.harbordesk.example"
LOCALHOST = "http://localhost:3000"

MINUTE = 60_000
DAY = 86_400_000


def milliseconds(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """A UTC wall-clock time as milliseconds since 1970."""
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp() * 1000)


# New people arrive for twelve months; one more month lets slow conversions arrive.
START = milliseconds(2025, 7, 1)
LAST_ARRIVAL = milliseconds(2026, 7, 1)
END = milliseconds(2026, 8, 1)
FIRST_DATE = date(2025, 7, 1)
DAY_COUNT = (END - START) // DAY
DATES = [FIRST_DATE + timedelta(days=day) for day in range(DAY_COUNT)]
MONTHS = sorted({day.strftime("%Y-%m") for day in DATES})
QUARTERS = ["2025q3", "2025q4", "2026q1", "2026q2", "2026q3"]
QUARTER_STARTS = [milliseconds(y, m, 1) for y, m in [(2025, 7), (2025, 10), (2026, 1), (2026, 4), (2026, 7)]]
MID_EXPORT = milliseconds(2026, 4, 1)  # The CRM and the product database were exported then, and at END.

# How many page views one person makes on average, bots and duplicates included: sets the number of persons.
VIEWS_PER_PERSON = 7.2
MONTHLY_GROWTH = 0.03
WEEKDAY_WEIGHTS = [1.0, 1.08, 1.1, 1.05, 0.85, 0.35, 0.4]
HOUR_WEIGHTS = [2, 1, 1, 1, 1, 2, 3, 5, 8, 10, 11, 11, 10, 10, 11, 11, 10, 9, 8, 7, 6, 6, 5, 3]


# ---- Cause: what a touch does -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Programme:
    """One way to reach people.

    sign_up, lead, purchase: conversions that one exposure adds, in expectation, for a person of propensity 1.
    in_visit: share of them within the visit (exponential, mean IN_VISIT_MEAN); the rest decays with half_life_days.
    """

    name: str
    channel: str
    sign_up: float
    lead: float
    purchase: float
    half_life_days: float
    in_visit: float


PROGRAMMES = [
    #         name              channel           sign-up  lead  purchase half-life in visit
    Programme("direct", "Direct", 0.000, 0.000, 0.000, 7, 0.00),
    Programme("google_ads", "Paid Search", 0.030, 0.018, 0.012, 7, 0.45),
    Programme("google_brand", "Paid Search", 0.000, 0.000, 0.000, 7, 0.00),
    Programme("microsoft_ads", "Paid Search", 0.025, 0.016, 0.010, 7, 0.45),
    Programme("linkedin_ads", "Paid Social", 0.016, 0.045, 0.020, 60, 0.12),
    Programme("facebook_ads", "Paid Social", 0.014, 0.004, 0.010, 10, 0.25),
    Programme("tiktok_ads", "Paid Social", 0.006, 0.001, 0.003, 5, 0.30),
    Programme("display", "Display", 0.002, 0.001, 0.001, 4, 0.05),
    Programme("newsletter", "Email", 0.012, 0.012, 0.016, 10, 0.30),
    Programme("affiliate", "Affiliates", 0.025, 0.006, 0.018, 14, 0.40),
    Programme("ai_assistant", "AI Assistant", 0.040, 0.022, 0.020, 14, 0.45),
    Programme("organic_search", "Organic Search", 0.020, 0.011, 0.009, 10, 0.40),
    Programme("organic_social", "Organic Social", 0.006, 0.003, 0.003, 7, 0.20),
    Programme("referral", "Referral", 0.026, 0.024, 0.012, 14, 0.40),
    Programme("event", "Offline", 0.010, 0.080, 0.012, 30, 0.00),
    Programme("app_install", "Mobile App", 0.120, 0.000, 0.040, 20, 0.20),
]
PROGRAMME = {programme.name: index for index, programme in enumerate(PROGRAMMES)}
CHANNELS = sorted({programme.channel for programme in PROGRAMMES})
HAZARDS = ["sign_up", "lead", "purchase"]  # the three processes; the other conversion types follow from them
BASELINE_PER_DAY = {"sign_up": 1.0e-4, "lead": 0.9e-4, "purchase": 0.6e-4}  # propensity 1
IN_VISIT_MEAN = 6 * MINUTE

# ---- People -------------------------------------------------------------------------------------------------------
BUSINESS_SHARE = 0.45
# Business people convert more *and* see more LinkedIn: a confounder that attribution has to live with.
PROPENSITY_SHAPE = 2.0
PROPENSITY_MEAN = {"business": 1.5, "private": 0.6}
PERSONS_PER_COMPANY = 4
DEVICE_COUNT_SHARES = [0.72, 0.22, 0.06]
SUBSCRIBER_SHARE = 0.08
VISIT_COUNT_P = 0.5  # geometric: two visits on average
VISIT_GAP_LOG_DAYS = (1.6, 1.3)  # log-normal gap between visits
NEWSLETTER_CLICKS = 2.5  # expected per subscriber
SCANNER_CLICK_SHARE = 0.15  # of newsletter clicks, more on top, by security scanners
EVENT_RATE = 0.06  # expected responses per business person
INSTALL_RATE = 0.008
APP_SESSION_P = 0.3  # geometric number of app sessions per user
OFFLINE_LEAD_SHARE = 0.10  # leads typed in by sales: no form on the site
MIX_FIRST = {
    "business": {
        "direct": 0.13, "google_ads": 0.15, "microsoft_ads": 0.04, "linkedin_ads": 0.16, "facebook_ads": 0.02,
        "tiktok_ads": 0.005, "display": 0.03, "newsletter": 0.0, "affiliate": 0.03, "ai_assistant": 0.055,
        "organic_search": 0.25, "organic_social": 0.05, "referral": 0.08,
    },
    "private": {
        "direct": 0.13, "google_ads": 0.15, "microsoft_ads": 0.03, "linkedin_ads": 0.02, "facebook_ads": 0.12,
        "tiktok_ads": 0.08, "display": 0.05, "newsletter": 0.0, "affiliate": 0.06, "ai_assistant": 0.05,
        "organic_search": 0.20, "organic_social": 0.08, "referral": 0.03,
    },
}  # fmt: skip
MIX_REPEAT = {
    "business": {
        "direct": 0.40, "google_ads": 0.08, "google_brand": 0.05, "microsoft_ads": 0.02, "linkedin_ads": 0.12,
        "facebook_ads": 0.01, "display": 0.04, "affiliate": 0.01, "ai_assistant": 0.03, "organic_search": 0.17,
        "organic_social": 0.02, "referral": 0.05,
    },
    "private": {
        "direct": 0.40, "google_ads": 0.09, "google_brand": 0.05, "microsoft_ads": 0.02, "linkedin_ads": 0.01,
        "facebook_ads": 0.09, "tiktok_ads": 0.03, "display": 0.05, "affiliate": 0.03, "ai_assistant": 0.03,
        "organic_search": 0.15, "organic_social": 0.03, "referral": 0.02,
    },
}  # fmt: skip
# How people come back to convert once they have decided. These visits cause nothing: brand search harvests.
MIX_RETURN = {"direct": 0.58, "google_brand": 0.14, "organic_search": 0.20, "newsletter": 0.03, "referral": 0.05}

# ---- Money --------------------------------------------------------------------------------------------------------
CURRENCIES = ["USD", "EUR", "GBP"]
CURRENCY_SHARES = [0.84, 0.11, 0.05]
RATE_START = {"EUR": 1.12, "GBP": 1.31}
PLANS = ["starter", "team", "business"]
PLAN_PRICES = [49.0, 199.0, 588.0]
PLAN_SHARES = [0.5, 0.35, 0.15]
REFUND_SHARE = 0.03
REFUND_EVERY = 40  # purchases, the first among them (likewise below): more on top, so that every world has some
PARTIAL_REFUND_EVERY = 4  # of refunds
LATE_REFUND_EVERY = 6
CREDIT_NOTE_EVERY = 25  # of won opportunities
CREDIT_NOTE_DAYS = (10, 60)  # after the close
CREDIT_NOTE_PARTS = (0.1, 0.3)  # of the amount
OPPORTUNITY_SHARE = 0.50  # of business leads
OPPORTUNITY_LAG_DAYS = (2.5, 0.7)  # log-normal, lead to opportunity
WON_SHARE = 0.32
CLOSE_LAG_DAYS = (3.6, 0.6)  # log-normal, opportunity to close
OPPORTUNITY_LOG_AMOUNT = (9.4, 0.8)
STAGES = ["Discovery", "Evaluation", "Proposal", "Negotiation"]
REVISED_EVERY = 5  # of opportunities with a second step: amount revised within a stage
REOPENED_EVERY = 12  # of won and of lost ones: lost before. Of lost ones, half as many: won before
MERGED_LEAD_EVERY = 33
MERGED_CONTACT_EVERY = 25
MERGED_ACCOUNT_EVERY = 40
SHARED_ROLE_ADDRESS_EVERY = 15  # of companies with several leads: all of them came in as info@
ROLE_ADDRESS_EVERY = 40  # of the other business leads: by turns sales@ and an address typed as a test
TEST_ADDRESS = "test@test.example"
UNTRACKED_DEMO_EVERY = 5  # of demos booked on the site by business people
REPEATED_DEMO_EVERY = 30  # of tracked ones: sent twice
ROLES = ["Decision Maker", "Economic Buyer", "Influencer", "Evaluator", "Executive Sponsor"]

# ---- Campaigns and links ------------------------------------------------------------------------------------------
CAMPAIGNS_PER_QUARTER = 3
LINKS_PER_CAMPAIGN = 6
AUDIENCES = ["founders", "operations", "support", "agencies", "itleads", "retail", "startups"]
OFFERS = ["demo", "trial", "guide", "webinar", "discount", "comparison"]
OFF_PATTERN_NAMES = ["Spring Sale", "test", "brand-2025", "Q1 LinkedIn push", "NEW_campaign_final_v2", "retargeting"]
OFF_PATTERN_SHARE = 0.08
# programme: (name in campaign names, utm_source, utm_medium, ad platform, account, currency, cost per click, CTR)
# Clicks on help desk terms are dear. These prices make revenue three to six times the spend.
CAMPAIGN_SETTINGS = {
    "google_ads": ("google", "google", "cpc", "google", "471-220-1001", "USD", 30.00, 0.035),
    "google_brand": ("google", "google", "cpc", "google", "471-220-1001", "USD", 6.00, 0.110),
    "microsoft_ads": ("bing", "bing", "cpc", "microsoft", "B015K2", "USD", 17.00, 0.028),
    "linkedin_ads": ("linkedin", "linkedin", "paid_social", "linkedin", "508812345", "EUR", 19.50, 0.006),
    "facebook_ads": ("facebook", "facebook", "paid_social", "facebook", "act_20034411", "USD", 4.20, 0.011),
    "tiktok_ads": ("tiktok", "tiktok", "paid_social", "tiktok", "7012345678", "USD", 1.50, 0.009),
    "display": ("google", "google", "display", "google", "471-220-1002", "GBP", 1.10, 0.002),
    "newsletter": ("newsletter", "newsletter", "email", None, None, None, 0.0, 0.0),
    "affiliate": ("partner", "partner", "affiliate", "impact", "imp-7781", "USD", 8.00, 0.015),
}
SOURCE_SYNONYMS = {
    "google": ["Google", "adwords", "google-ads"],
    "bing": ["Bing", "microsoft", "msn"],
    "linkedin": ["LinkedIn", "li", "linkedin.com"],
    "facebook": ["fb", "Facebook", "meta"],
    "tiktok": ["TikTok", "tt"],
    "newsletter": ["Newsletter", "mailchimp", "news letter"],
    "partner": ["Partner", "partners", "impact"],
}
MEDIUM_SYNONYMS = {
    "cpc": ["ppc", "CPC", "paid-search"],
    "paid_social": ["paidsocial", "cpc", "Paid Social", "social"],
    "display": ["Display", "banner", "gdn"],
    "email": ["Email", "e-mail", "newsletter"],
    "affiliate": ["Affiliate", "referral", "affiliates"],
}
NAMED_ONLY_PLATFORM = "tiktok"  # its report has no campaign ids
RENAMED_PROGRAMME, RENAMED_QUARTER, RENAMED_DATE, NEW_OFFER = "google_ads", "2026q1", date(2026, 2, 16), "proof"
# A podcast's sponsorship, paid weekly: platform, campaign name, share of what the others cost. No touch answers to it.
SPONSORSHIP = ("castwave", "Support Stories mid-roll", 0.03)
NO_LANDING_CLICKS = 0.22  # clicks in the ad report, on top of real ones, that never load a page
SOURCES_BY_PROGRAMME = {
    "google_ads": (["https://www.google.com/"], ["https://www.google.com/", "android-app://com.google.android.gm/"]),
    "google_brand": (["https://www.google.com/"], ["https://www.google.com/"]),
    "microsoft_ads": (["https://www.bing.com/", "https://www.bing.com/", "https://duckduckgo.com/"], None),
    "linkedin_ads": (
        ["https://www.linkedin.com/", "https://www.linkedin.com/", ""],
        ["android-app://com.linkedin.android/"],
    ),
    "facebook_ads": (
        ["https://l.facebook.com/", "https://m.facebook.com/", "https://l.instagram.com/"],
        ["http://m.facebook.com/", "android-app://com.facebook.katana/"],
    ),
    "tiktok_ads": (["https://www.tiktok.com/", ""], [""]),
    "display": (["https://news.daily-reader.example/", "https://googleads.g.doubleclick.net/", ""], None),
    "newsletter": (
        ["", "", "https://mail.google.com/", "https://outlook.live.com/"],
        ["android-app://com.google.android.gm/", ""],
    ),
    "affiliate": (["https://desk-reviews.example/", "https://bestofsaas.example/helpdesk", ""], None),
    "ai_assistant": (
        ["https://chatgpt.com/"] * 2
        + ["https://www.perplexity.ai/", "https://claude.ai/", "https://gemini.google.com/"],
        None,
    ),
    "organic_search": (
        ["https://www.google.com/"] * 7
        + ["https://www.bing.com/", "https://www.google.de/", "https://duckduckgo.com/"],
        ["https://www.google.com/", "android-app://com.google.android.googlequicksearchbox/"],
    ),
    "organic_social": (
        [
            "https://www.linkedin.com/",
            "https://lnkd.in/",
            "https://l.facebook.com/",
            "https://t.co/",
            "https://www.reddit.com/",
            "https://www.youtube.com/",
        ],
        ["android-app://com.linkedin.android/", "http://m.facebook.com/", "android-app://com.reddit.frontpage/"],
    ),
    "referral": (
        [
            "https://www.g2.com/products/harbor-desk/reviews",
            "https://www.capterra.com/",
            "https://news.ycombinator.com/",
            "https://integrations.acme-tools.example/",
            "https://blog.supportweekly.example/best-help-desks",
        ],
        None,
    ),
}
SSO_REFERRERS = ["https://accounts.google.com/", "https://login.microsoftonline.com/", "https://harbordesk.okta.com/"]
PAYMENT_REFERRERS = ["https://checkout.stripe.com/", "https://www.paypal.com/"]

# ---- Pages --------------------------------------------------------------------------------------------------------
# (path, title, weight as a landing page, weight as a later page); app pages and conversion pages are not drawn.
SITE_PAGES = [
    ("/", "Harbor Desk: the calm help desk", 30, 12),
    ("/pricing", "Pricing | Harbor Desk", 12, 22),
    ("/product", "Product | Harbor Desk", 10, 16),
    ("/integrations", "Integrations | Harbor Desk", 4, 8),
    ("/customers", "Customers | Harbor Desk", 3, 7),
    ("/compare/zendesk", "Harbor Desk compared", 6, 4),
    ("/blog/first-response-time", "How to halve first response time", 8, 4),
    ("/blog/shared-inbox-rules", "Seven rules for a shared inbox", 7, 4),
    ("/blog/support-metrics", "Support metrics that matter", 6, 4),
    ("/blog/macros-that-help", "Macros that help", 4, 2),
    ("/docs/getting-started", "Getting started | Docs", 3, 5),
    ("/docs/api", "API | Docs", 2, 4),
    ("/docs/import", "Import | Docs", 1, 3),
    ("/security", "Security | Harbor Desk", 1, 3),
]
CONVERSION_PAGES = [
    ("/demo", "Book a demo | Harbor Desk"),
    ("/demo/thanks", "Thank you | Harbor Desk"),
    ("/signup", "Start free | Harbor Desk"),
    ("/newsletter/thanks", "You are in | Harbor Desk"),
]
APP_PAGES = [
    ("/welcome", "Welcome | Harbor Desk"),
    ("/login", "Sign in | Harbor Desk"),
    ("/inbox", "Inbox | Harbor Desk"),
    ("/inbox/assigned", "Assigned to me | Harbor Desk"),
    ("/reports", "Reports | Harbor Desk"),
    ("/settings/team", "Team | Harbor Desk"),
    ("/billing", "Billing | Harbor Desk"),
    ("/billing/thanks", "Payment received | Harbor Desk"),
]
INTERNAL_UTM = "?utm_source=homepage&utm_medium=banner&utm_campaign=internal_hero"
LATER_VIEWS_P = 0.36  # geometric number of page views in a visit
DWELL_SECONDS = 55

# ---- Browsers: (name, weight, kind, user agent) -------------------------------------------------------------------
_WIN = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
_BOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible;"
BROWSERS = [
    ("chrome_windows", 26, "desktop", f"{_WIN} Chrome/138.0.0.0 Safari/537.36"),
    ("chrome_windows_old", 5, "desktop", f"{_WIN} Chrome/131.0.0.0 Safari/537.36"),
    ("chrome_mac", 14, "desktop", f"{_MAC}/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"),
    ("edge", 11, "desktop", f"{_WIN} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0"),
    (
        "firefox",
        5,
        "firefox",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ),
    ("safari_mac", 10, "safari", f"{_MAC}/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"),
    ("safari_iphone", 13, "ios", f"{_IPHONE} Version/18.5 Mobile/15E148 Safari/604.1"),
    ("chrome_ios", 2, "ios", f"{_IPHONE} CriOS/138.0.7204.119 Mobile/15E148 Safari/604.1"),
    (
        "chrome_android",
        9,
        "android",
        f"{_ANDROID} Chrome/138.0.0.0 Mobile Safari/537.36",
    ),
    (
        "samsung",
        2,
        "android",
        f"{_ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
    ),
    ("brave", 3, "strict", f"{_WIN} Chrome/138.0.0.0 Safari/537.36"),
]
IPAD_USER_AGENT = (
    "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 "
    "Safari/604.1"
)
BOTS = [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 30, False),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", 20, False),
    (
        f"{_BOT} GPTBot/1.2; +https://openai.com/gptbot)",
        18,
        False,
    ),
    ("Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", 22, True),
    (
        "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/137.0.0.0 Safari/537.36",
        10,
        False,
    ),
]

# ---- What goes wrong ----------------------------------------------------------------------------------------------
COOKIE_LOSS = 0.30  # default of --cookie-loss: share of devices that clear their state after seven days away
STATE_LIFETIME = 7 * DAY
DENIED_SHARE = 0.07
CONSENT_UNKNOWN_SHARE = 0.05
BLOCKED_SHARE = 0.04  # devices whose blocker stops the tracker altogether
UNSEEN_VISIT_SHARE = 0.02
PRIVATE_SHARE = 0.02  # devices that strip click ids although the user agent does not say so
UTM_STRIPPER_SHARE = 0.01
SKEWED_SHARE = 0.015
LATE_SHARE = 0.012
LATE_MEAN_DAYS = 4.0
DUPLICATE_SHARE = 0.01
BROKEN_SHARE = 0.002
STATE_BUG_SHARE = 0.015
BOT_SHARE = 0.03
TEST_SHARE = 0.002
INTERNAL_UTM_SHARE = 0.01
SELF_REFERRAL_SHARE = 0.06
SSO_SHARE = 0.35
NEW_CLICK_ID_SHARE = 0.003
ALTERED_CLICK_ID_SHARE = 0.015
PII_URL_SHARE = 0.08  # of demo requests
SHARED_DEVICE_PER_USERS = 400
FIRST_NAMES = [
    "ada",
    "ben",
    "cleo",
    "dana",
    "eli",
    "fay",
    "gus",
    "hana",
    "ivo",
    "june",
    "kai",
    "lena",
    "milo",
    "nora",
    "otis",
    "pia",
    "quin",
    "rosa",
    "sam",
    "tess",
]
LAST_NAMES = [
    "sample",
    "fiction",
    "madeup",
    "example",
    "invented",
    "placeholder",
    "nobody",
    "pretend",
    "imaginary",
    "dummy",
]
COMPANY_WORDS_A = [
    "north",
    "bright",
    "clear",
    "silver",
    "river",
    "stone",
    "quick",
    "amber",
    "iron",
    "maple",
    "harbor",
    "cedar",
    "lunar",
    "coral",
    "vivid",
]
COMPANY_WORDS_B = [
    "works",
    "labs",
    "supply",
    "logistics",
    "foods",
    "studio",
    "health",
    "travel",
    "software",
    "retail",
    "energy",
    "legal",
    "media",
]
FREE_MAIL = ["gmail.com", "outlook.com", "yahoo.com", "gmx.de", "icloud.com"]
