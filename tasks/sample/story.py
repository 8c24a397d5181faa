"""Every number of the sample company: who it is, how a week usually goes, what happened lately.

Tern & Harrow sells shift planning by the seat. Its last full week is bad: the Starter price rose in
EMEA a fortnight ago, billing tickets piled up a week ago, and now Starter customers leave there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

COMPANY = "Tern & Harrow"
TIMEZONE = "America/New_York"
CURRENCY = "USD"
NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # Monday 08:00 in New York
MONTHS_OF_HISTORY = 18


class Place(NamedTuple):
    """A cell of the book: one plan in one region."""

    plan: str
    region: str


class Spread(NamedTuple):
    """A lopsided quantity: its median, and how far it strays on the log scale."""

    median: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who looks after customers: their name, and the plans and region they have."""

    id: str
    name: str
    region: str = ""
    plans: tuple[str, ...] = ()


# The book: 500 customers 18 months ago, 604 when the last week opens.
CUSTOMERS_AT_FIRST = 500
CUSTOMERS_AT_LAST = 604
SHARE_OF_CUSTOMERS = {
    Place("Starter", "AMER"): 0.270,
    Place("Growth", "AMER"): 0.170,
    Place("Scale", "AMER"): 0.070,
    Place("Starter", "EMEA"): 0.101,
    Place("Growth", "EMEA"): 0.119,
    Place("Scale", "EMEA"): 0.050,
    Place("Starter", "APAC"): 0.120,
    Place("Growth", "APAC"): 0.070,
    Place("Scale", "APAC"): 0.030,
}
PLANS = ("Starter", "Growth", "Scale")
REGIONS = ("AMER", "EMEA", "APAC")
SEGMENTS_OF_PLAN = {
    "Starter": {"SMB": 0.88, "MID": 0.12},
    "Growth": {"SMB": 0.30, "MID": 0.62, "ENT": 0.08},
    "Scale": {"MID": 0.30, "ENT": 0.70},
}
COUNTRIES = {
    "AMER": {"US": 0.78, "CA": 0.16, "MX": 0.06},
    "EMEA": {"DE": 0.34, "FR": 0.24, "NL": 0.18, "IE": 0.12, "ES": 0.12},
    "APAC": {"AU": 0.50, "NZ": 0.20, "SG": 0.30},
}
INDUSTRIES = {
    "retail": 0.28,
    "hospitality": 0.24,
    "healthcare": 0.20,
    "logistics": 0.16,
    "services": 0.12,
}
ACQUIRED_VIA = {"organic": 0.40, "paid": 0.25, "sales": 0.20, "referral": 0.15}
HEAD = Owner("O9", "Ruth Calder")
OWNERS = (
    Owner("O1", "Maya Okafor", "AMER", ("Starter",)),
    Owner("O2", "Luis Ferrand", "AMER", ("Starter",)),
    Owner("O3", "Priya Raman", "AMER", ("Growth",)),
    Owner("O4", "Grace Holloway", "AMER", ("Growth", "Scale")),
    Owner("O5", "Ana Ribeiro", "EMEA", ("Starter",)),
    Owner("O6", "Jonas Lindqvist", "EMEA", ("Growth", "Scale")),
    Owner("O7", "Kenji Morita", "APAC", ("Starter",)),
    Owner("O8", "Mei Tanaka", "APAC", ("Growth", "Scale")),
)
MAIL_DOMAIN = "ternharrow.example"

# What they pay, a seat and month; annual plans are a tenth cheaper.
CURRENCY_OF_REGION = {"AMER": "USD", "EMEA": "EUR", "APAC": "USD"}
PRICES = {
    ("Starter", "USD"): Decimal(30),
    ("Growth", "USD"): Decimal(44),
    ("Scale", "USD"): Decimal(58),
    ("Starter", "EUR"): Decimal(28),
    ("Growth", "EUR"): Decimal(41),
    ("Scale", "EUR"): Decimal(54),
}
ANNUAL_FACTOR = Decimal("0.9")
ANNUAL_SHARE = {"Starter": 0.28, "Growth": 0.50, "Scale": 0.80}
DISCOUNTS = {0: 0.86, 10: 0.10, 15: 0.04}
SEATS_AT_FIRST = {
    "Starter": Spread(9.0, 0.42),
    "Growth": Spread(14.0, 0.42),
    "Scale": Spread(26.0, 0.45),
}
SEATS_OF_NEWCOMERS = {
    "Starter": Spread(8.0, 0.40),
    "Growth": Spread(12.0, 0.40),
    "Scale": Spread(20.0, 0.40),
}
MOST_SEATS = 160
LOCKED_RATES = {2025: Decimal("1.09"), 2026: Decimal("1.10")}  # dollars for a euro, by fiscal year
SPOT_SWING = 0.03

# How a usual week goes.
LOST_IN_A_WEEK = {0: 1, 1: 4, 2: 5, 3: 3, 4: 1}  # of 14 weeks, so many see so many leave
LOST_OF_40 = {
    Place("Starter", "AMER"): 13,
    Place("Growth", "AMER"): 6,
    Place("Scale", "AMER"): 2,
    Place("Starter", "EMEA"): 4,
    Place("Growth", "EMEA"): 4,
    Place("Scale", "EMEA"): 1,
    Place("Starter", "APAC"): 6,
    Place("Growth", "APAC"): 3,
    Place("Scale", "APAC"): 1,
}
UNPAID_SHARE_OF_LOST = 0.18
REASONS = {
    "missing features": 0.30,
    "switched to a competitor": 0.25,
    "closed down": 0.20,
    "": 0.25,
}
DAYS_OF_NOTICE = (3, 24)
MOST_SEATS_OF_LOST = {"Starter": 10, "Growth": 15, "Scale": 26}  # mostly small ones leave
NET_GROWTH_A_YEAR = 0.024  # of the MRR of those who were here: net revenue retention less one
REGAINED_A_WEEK = 0.12  # of what was lost
TO_REGAIN_AT_FIRST = 7_500.0  # dollars: about eight usual weeks of losses
SEATS_DOWN_IN_A_WEEK = 0.8
UPGRADES_IN_A_WEEK = 0.6
DOWNGRADES_IN_A_WEEK = 0.25
RECOVERED_PAYMENTS_IN_A_WEEK = 1.0
WEEKS_WITH_A_PAUSE = (9, 21, 34, 47, 58, 78)
WEEKS_WITH_A_RETURN = (24, 31, 38, 45, 52, 59, 66, 73)
TRIAL = timedelta(days=14)
TRIAL_SHARE = 0.5
FAILED_TRIALS_IN_A_WEEK = 0.8
RUNNING_TRIALS = 5
TEST_ACCOUNTS = 3
DUPLICATES = 5

# What they ask.
TICKETS_A_CUSTOMER = {"Starter": 0.28, "Growth": 0.30, "Scale": 0.36}  # a week
TAGS = {"billing": 0.26, "bug": 0.22, "how-to": 0.27, "integration": 0.14, "login": 0.11}
FIRST_REPLY_MINUTES = (64.0, 42.0)  # the median 18 months ago, and now
REPLY_SIGMA = 0.9
REPLY_FACTOR = {"urgent": 0.45, "high": 0.75, "normal": 1.0, "low": 1.5}
PRIORITIES = {"low": 0.18, "normal": 0.56, "high": 0.20, "urgent": 0.06}
HOURS_TO_SOLVE = Spread(9.0, 1.0)
ONE_REPLY_SHARE = 0.70
REOPENED_SHARE = 0.06
AGENTS = 9
CHANNELS = {"email": 0.58, "chat": 0.24, "web": 0.18}
DESK_LAST_SEEN = timedelta(hours=-16, minutes=-50)  # from the end of the last week: Sunday 07:10

# What they answer.
CSAT_ANSWER_SHARE = 0.62
CSAT_BAD_SHARE = 0.088
CES_ANSWER_SHARE = 0.16
CES_SCORES = {7: 0.28, 6: 0.32, 5: 0.21, 4: 0.11, 3: 0.05, 2: 0.03}
NPS_ANSWERS_IN_A_WEEK = 38
NPS_SENT_A_MONTH = 620
NPS_SCORES = {10: 0.26, 9: 0.27, 8: 0.20, 7: 0.12, 6: 0.06, 5: 0.04, 4: 0.02, 3: 0.02, 2: 0.01}

# What they use.
IDLE_SHARE = {"Starter": 0.15, "Growth": 0.10, "Scale": 0.05}  # do not use it in a week
USES_BESIDES_THE_FIRST = {"Starter": 1.0, "Growth": 1.5, "Scale": 2.2}  # a week, of the others
STAYS_BEFORE_LEAVING = 0.35  # of the uses, in the last weeks of a customer
WEEKS_OF_FADING = 4
FEATURES = {
    "schedule": 0.34,
    "timesheets": 0.24,
    "mobile": 0.18,
    "reports": 0.10,
    "approvals": 0.09,
    "integrations": 0.05,
}
TOUCHES_IN_A_WEEK = 70
TOUCH_KINDS = {"email": 0.55, "call": 0.28, "meeting": 0.17}

# What it costs, a month at first; everything grows with the book.
COSTS = {
    "sales_marketing": 52_000,
    "retention_support_salaries": 31_000,
    "retention_cs_team": 27_000,
    "retention_self_service_tools": 4_200,
}

# The story: one price rises, and what comes of it. Weeks count back from the last full one (1).
TROUBLE = Place("Starter", "EMEA")
NEW_PRICE = Decimal(33)  # euros a seat, was 28
PRICE_WEEK = 2  # the rise takes effect when this week opens: Monday 9 November
LOST_LATELY = {4: 2, 3: 3, 2: 3, 1: 2}  # besides the leavers of the story
LEAVERS = 5  # in the last week, of about 61
LEAVERS_TO_COME = 3  # have given notice and are still here
SEATS_OF_LEAVERS = (8, 17)
REASON_OF_LEAVERS = "price"
TROUBLE_TICKETS = {2: 31, 1: 22}  # a usual week has 17
TROUBLE_BILLING_TICKETS = {2: 21, 1: 11}  # a usual week has 4 or 5
TROUBLE_ANSWER_SHARE = 0.75  # who is annoyed answers
TROUBLE_BAD_SHARE = {2: 0.18, 1: 0.42}  # of their CSAT answers
QUIET_WEEKS_BEFORE = 3  # nobody leaves the place of the story so shortly before it
SEAT_DEAL_SEATS = (18, 14)  # good news in the last week: two big customers add seats

# Mistakes that real exports have, so that the data notes have something true to say.
IMPOSSIBLE_SCORES = 3  # NPS 11, in the last week
REPEATED_TICKETS = 2  # the same row twice
MORNING = time(8, 0)
