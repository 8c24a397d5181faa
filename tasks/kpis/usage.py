"""Usage: how many people use the product, how often, and for how long."""

from __future__ import annotations

from tasks.facts.activity import activity
from tasks.facts.standing import days
from tasks.kpis.base import kpi
from tasks.kpis.formulas import product
from tasks.kpis.measures import amount, count, ratio, total
from tasks.model import Direction, Family

_MINUTE = 60
_active = activity()
_a = _active.c
_users, _user_days = amount(_active, _a.users), amount(_active, _a.user_days)
_days = count(days())

ACTIVE_USERS = kpi(
    "active_users",
    "Active users",
    unit="count",
    good=Direction.UP,
    family=Family.COUNT,
    section="Product",
    variants={
        "mau": total(_users),
        "wau": total(amount(_active, _a.users_in_last_week)),
        "dau_mean": ratio(_user_days, _days),
    },
    definition="People who used the product in the period, those of test accounts left out; "
    "`wau` counts its last seven days only, `dau_mean` is the mean of its local days, and whoever "
    "works for two customers is two users.",
    bad="Fewer people use the product while as many pay.",
    action="Ask those who stopped what they use instead, and show new users their first task.",
    counted="users",
    needs=("usage_events.user_id",),
    alarm="Fewer people use the product",
)
USAGE_EVENTS = kpi(
    "usage_events",
    "Uses of features",
    unit="count",
    good=Direction.UP,
    family=Family.COUNT,
    section="Product",
    value=total(amount(_active, _a.events)),
    definition="How often any feature was used in the period, by anybody but test accounts.",
    bad="The product is used less while as many pay.",
    action="See which feature is used less, and ask its heaviest users why.",
    counted="uses",
    alarm="The product is used less",
)
STICKINESS = kpi(
    "stickiness",
    "Stickiness",
    unit="ratio",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Product",
    variants={"dau_mau": product(_user_days, over=(_days, _users), n_of=_users)},
    definition="Users of a mean day over the users of the whole period: the share of its days on "
    "which a user is there.",
    bad="People come on few days of the month, or on fewer than before.",
    action="Find the task people have every week, and remind them of it inside the product.",
    counted="days of use",
    of="days of all users",
    needs=("usage_events.user_id",),
    alarm="Users come back less often",
)
USAGE_TIME_PER_USER = kpi(
    "usage_time_per_user",
    "Time in the product per user",
    unit="minutes",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Product",
    value=ratio(amount(_active, _a.seconds), _users * _MINUTE, n_of=_users),
    definition="Minutes people spent with the product in the period, over the people who used it; "
    "a use of unknown length adds no time.",
    bad="People spend less time with it than before, though their work did not get quicker.",
    action="Look at whose time fell, and ask whether work got quicker or went elsewhere.",
    counted="seconds",
    of="users",
    needs=("usage_events.user_id", "usage_events.duration_s"),
    alarm="People spend less time in it",
)
