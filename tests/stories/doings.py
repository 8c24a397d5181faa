"""What the customers of a company ruled by chance do, as the tables their systems would export."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.stories.world import GROWTH_A_WEEK, PRICE, SEGMENT_OF_PLAN, World, instants, is_here

HOUR = 1 / 168
TICKETS_A_WEEK = 0.3  # a customer
REPLY_HOURS = 0.8  # the median
ONE_REPLY = 0.7
ANSWERED = 0.45  # of solved tickets
BAD = 0.09  # of those answers
NPS_A_WEEK = 40
DETRACTORS, PASSIVES = 0.15, 0.32
USES = 0.88  # of the customers in a week
RENEWED = 0.9
TERM = 52  # weeks of a contract
BUYS_A_WEEK = 0.22  # of the customers who have bought before
FURTHER_ORDERS = 0.6  # of a buyer, in the same week
LATE = 0.06


def tables(world: World, people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return every table by its name."""
    asked = tickets(world, people)
    bought = orders(world, people)
    return {
        "customers": _customers(world, people),
        "subscription_versions": _told(subscriptions(world, people), "valid_from"),
        "contracts": _told(contracts(world, people), "due_at"),
        "tickets": _told(asked, "created_at").drop(columns=["week", "solved"]),
        "survey_responses": _told(
            pd.concat([csat(world, asked), nps(world, people)]), "responded_at"
        ),
        "usage_events": _told(usage(world, people), "event_at"),
        "orders": _told(bought, "ordered_at").drop(columns="week"),
        "deliveries": _told(deliveries(world, bought), "original_promise_on"),
    }


def _told(rows: pd.DataFrame, at: str) -> pd.DataFrame:
    """Return the rows that have happened by the end of what is told."""
    return rows[rows[at] != ""]


def _customers(world: World, people: pd.DataFrame) -> pd.DataFrame:
    known = people[people.starts < world.told]
    return pd.DataFrame(
        {
            "customer_id": known.customer_id,
            "name": "Company " + known.customer_id.str[1:],
            "segment": known.plan.map(SEGMENT_OF_PLAN),
            "industry": "retail",
            "country": "US",
            "acquired_via": "organic",
            "referrer_id": "",
            "is_test": 0,
            "merged_into": "",
            "plan": known.plan,
            "region": known.region,
        }
    )


def subscriptions(world: World, people: pd.DataFrame) -> pd.DataFrame:
    """Return one version a customer, two for those who once buy more seats."""
    rng = world.rng("seats")
    grows = people.starts + rng.exponential(1 / GROWTH_A_WEEK, len(people))
    cut = np.minimum(people.ends, grows)
    first = _versions(world, people, people.starts, cut, people.seats, "")
    more = people[(grows < people.ends) & (grows < world.weeks)]
    added = np.maximum(1, (more.seats * 0.2).astype(int))
    second = _versions(world, more, grows[more.index], more.ends, more.seats + added, "expansion")
    made = pd.concat([first, second], ignore_index=True)
    made.insert(0, "version_id", [f"V{number}" for number in range(len(made))])
    return made


def _versions(
    world: World,
    people: pd.DataFrame,
    starts: pd.Series,
    ends: pd.Series,
    seats: pd.Series,
    kind: str,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subscription_id": "S" + people.customer_id.to_numpy(),
            "customer_id": people.customer_id.to_numpy(),
            "product": "core",
            "status": "active",
            "valid_from": instants(world, np.asarray(starts)).to_numpy(),
            "valid_to": instants(world, np.asarray(ends)).to_numpy(),
            "unit_amount": people.plan.map(PRICE).to_numpy(),
            "quantity": np.asarray(seats),
            "currency": "USD",
            "interval": "month",
            "interval_count": 1,
            "discount_pct": 0,
            "change_kind": kind,
            "cancel_at": "",
        }
    )


def contracts(world: World, people: pd.DataFrame) -> pd.DataFrame:
    """Return the yearly contracts of everybody not on Starter, as they come due."""
    rng = world.rng("contracts")
    rows = []
    for one in people[people.plan != "Starter"].itertuples():
        for due in np.arange(one.starts % TERM, world.weeks, TERM):
            if not one.starts + 1 < due < one.ends:
                continue
            times = world.twist.at(int(due), world.twist.not_renewed)
            is_meant = one.plan == world.twist.plan
            lost = rng.random() < (1 - RENEWED) * (times if is_meant else 1.0)
            worth = PRICE[one.plan] * one.seats * 12
            rows.append((one.customer_id, due, worth, "lost" if lost else "renewed"))
    found = pd.DataFrame(rows, columns=["customer_id", "due", "acv", "outcome"])
    found.insert(0, "contract_id", [f"X{number}" for number in range(len(found))])
    found["due_at"] = instants(world, found.due)
    found["decided_at"] = instants(world, found.due - 0.1)
    found["renewed_acv"] = np.where(found.outcome == "renewed", found.acv, 0)
    return found.drop(columns="due")


def tickets(world: World, people: pd.DataFrame) -> pd.DataFrame:
    """Return the tickets, with the week and whether they are solved by the end."""
    rng = world.rng("tickets")
    rows = [
        pd.DataFrame({"customer_id": people.customer_id[is_here(people, week)], "week": week}).pipe(
            lambda here: here.loc[np.repeat(here.index, rng.poisson(TICKETS_A_WEEK, len(here)))]
        )
        for week in range(world.weeks)
    ]
    made = pd.concat(rows, ignore_index=True)
    size = len(made)
    created = made.week + rng.uniform(0.05, 0.7, size)
    slow = made.week.map(lambda week: world.twist.at(week, world.twist.slow_replies))
    replied = created + HOUR * REPLY_HOURS * slow * np.exp(0.9 * rng.standard_normal(size))
    solved = replied + HOUR * 6 * np.exp(rng.standard_normal(size))
    return pd.DataFrame(
        {
            "ticket_id": [f"T{number}" for number in range(size)],
            "customer_id": made.customer_id,
            "requester_id": "u" + made.customer_id,
            "created_at": instants(world, created),
            "created_by": "customer",
            "channel": "email",
            "first_agent_reply_at": instants(world, replied),
            "first_solved_at": instants(world, solved),
            "reopened_at": "",
            "last_solved_at": instants(world, solved),
            "replies_before_first_solve": np.where(rng.random(size) < ONE_REPLY, 1, 3),
            "merged_into": "",
            "is_spam": 0,
            "week": made.week,
            "solved": solved,
        }
    )


def csat(world: World, asked: pd.DataFrame) -> pd.DataFrame:
    """Return what people said of their solved tickets, 1 to 5."""
    rng = world.rng("csat")
    found = asked[rng.random(len(asked)) < ANSWERED]
    share = BAD * found.week.map(lambda week: world.twist.at(week, world.twist.bad_ratings))
    score = np.where(rng.random(len(found)) < share, 2, 5)
    at = instants(world, found.solved + HOUR * rng.exponential(10, len(found)))
    return _answers(world, "csat", found.customer_id, at, score, (1, 5), found.ticket_id)


def nps(world: World, people: pd.DataFrame) -> pd.DataFrame:
    """Return about forty answers a week, 0 to 10."""
    rng = world.rng("nps")
    who, when, score = [], [], []
    for week in range(world.weeks):
        here = people.customer_id[is_here(people, week)].to_numpy()
        size = rng.poisson(NPS_A_WEEK)
        bad = DETRACTORS * world.twist.at(week, world.twist.detractors)
        who += list(rng.choice(here, size))
        when += list(week + rng.uniform(0.05, 0.7, size))
        score += list(rng.choice([4, 7, 10], size, p=[bad, PASSIVES, 1 - bad - PASSIVES]))
    at = instants(world, np.array(when))
    return _answers(world, "nps", pd.Series(who), at, np.array(score), (0, 10), pd.Series(""))


def _answers(
    world: World,
    survey: str,
    who: pd.Series,
    at: pd.Series,
    score: np.ndarray,
    scale: tuple[int, int],
    ticket: pd.Series,
) -> pd.DataFrame:
    about = ticket.to_numpy() if len(ticket) == len(who) else ""
    return pd.DataFrame(
        {
            "response_id": [f"{survey}{number}" for number in range(len(who))],
            "survey": survey,
            "customer_id": who.to_numpy(),
            "respondent_id": [f"u{one}-{number}" for number, one in enumerate(who)],
            "ticket_id": about,
            "responded_at": at.to_numpy(),
            "score": score,
            "scale_min": scale[0],
            "scale_max": scale[1],
            "high_is": "good",
        }
    )


def usage(world: World, people: pd.DataFrame) -> pd.DataFrame:
    """Return one use a week of every customer who uses the product in it."""
    rng = world.rng("usage")
    rows = []
    for week in range(world.weeks):
        here = people.customer_id[is_here(people, week)].to_numpy()
        active = here[rng.random(len(here)) < USES]
        rows.append(pd.DataFrame({"customer_id": active, "week": week}))
    made = pd.concat(rows, ignore_index=True)
    return pd.DataFrame(
        {
            "event_id": [f"G{number}" for number in range(len(made))],
            "customer_id": made.customer_id,
            "user_id": "u" + made.customer_id,
            "event_at": instants(world, made.week + rng.uniform(0.02, 0.7, len(made))),
            "feature": "reports",
        }
    )


def orders(world: World, people: pd.DataFrame) -> pd.DataFrame:
    """Return the orders: a first one soon after joining, then now and then another."""
    rng = world.rng("orders")
    rows = []
    for week in range(world.weeks):
        here = people.customer_id[is_here(people, week)]
        is_first = (people.starts[here.index] > week - 1).to_numpy()
        bought = here[rng.random(len(here)) < np.where(is_first, 0.9, BUYS_A_WEEK)]
        further = FURTHER_ORDERS * world.twist.at(week, world.twist.repeat_orders)
        often = 1 + rng.poisson(further, len(bought))
        rows.append(pd.DataFrame({"customer_id": np.repeat(bought, often), "week": week}))
    made = pd.concat(rows, ignore_index=True)
    at = made.week + rng.uniform(0.02, 0.7, len(made))
    return pd.DataFrame(
        {
            "order_id": [f"O{number}" for number in range(len(made))],
            "customer_id": made.customer_id,
            "ordered_at": instants(world, at),
            "amount": np.round(60 * np.exp(0.5 * rng.standard_normal(len(made))), 2),
            "channel": "web",
            "status": "completed",
            "updated_at": instants(world, at),
            "week": at,
        }
    )


def deliveries(world: World, bought: pd.DataFrame) -> pd.DataFrame:
    """Return one delivery an order: promised for three days later, now and then late."""
    rng = world.rng("deliveries")
    week = bought.week.astype(int)
    share = LATE * week.map(lambda one: world.twist.at(one, world.twist.late_deliveries))
    days = np.where(rng.random(len(bought)) < share, 5.0, 2.0)
    promised = instants(world, bought.week + 3 / 7).str[:10]
    return pd.DataFrame(
        {
            "delivery_id": "D" + bought.order_id.str[1:],
            "customer_id": bought.customer_id,
            "original_promise_on": promised,
            "latest_promise_on": promised,
            "delivered_at": instants(world, bought.week + days / 7),
            "qty_ordered": 1,
            "qty_delivered": 1,
        }
    )
