"""What customers answer when asked: satisfaction and ease after a ticket, NPS now and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks.sample import story
from tasks.sample.chance import Numbers, Reals, chance, evenly, shuffled, steady
from tasks.sample.desk import BY_AGENT, SPAM, Tickets
from tasks.sample.files import Export, numbered, rows
from tasks.sample.panel import Flags, Panel
from tasks.sample.tickets import requesters, ticket_ids
from tasks.sample.timeline import Instants, Timeline, naive
from tasks.sample.words import REMARKS, REMARKS_ON_THE_NEW_PRICE

GOOD_SCORES = {5: 0.72, 4: 0.28}
BAD_SCORES = {3: 0.40, 2: 0.34, 1: 0.26}
HOURS_TO_ANSWER = 14.0  # the mean
LONGEST_TO_ANSWER = 90.0
REMARK_SHARE = 0.5  # of bad answers
IMPOSSIBLE = 11
USERS_WHO_ANSWER = 3


@dataclass(frozen=True)
class Answers:
    """Answers about tickets: which ticket (a position), when, and in which week."""

    ticket: Numbers
    at: Instants
    week: Numbers


def desk_answers(tickets: Tickets, seed: int) -> Export:
    """Return what customers said about how their tickets were handled."""
    rng = chance(seed, "desk answers")
    lately = tickets.is_troubled & (tickets.weeks_back <= story.PRICE_WEEK)
    share = np.where(lately, story.TROUBLE_ANSWER_SHARE, story.CSAT_ANSWER_SHARE)
    csat = _answers(tickets, rng, share)
    ces = _answers(tickets, rng, np.full(lately.size, story.CES_ANSWER_SHARE))
    bad = _bad(tickets, rng, csat)
    scores = np.concatenate([_csat_scores(rng, bad), _ces_scores(rng, ces)])
    about = np.concatenate([csat.ticket, ces.ticket])
    at = np.concatenate([csat.at, ces.at])
    numbers = pa.array(about)
    surveys = ["csat"] * csat.ticket.size + ["ces_ease17"] * ces.ticket.size
    highest = np.repeat([5, 7], [csat.ticket.size, ces.ticket.size])
    columns = {
        "response_id": numbered("DA", about.size),
        "survey": surveys,
        "customer_id": tickets.panel.ids(tickets.life[about]),
        "respondent_id": requesters(tickets, seed).take(numbers),
        "ticket_id": ticket_ids(tickets).take(numbers),
        "responded_at": at,
        "score": scores,
        "scale_min": np.ones(about.size, dtype=np.int64),
        "scale_max": highest,
        "high_is": ["good"] * about.size,
        "comment": _remarks(tickets, rng, csat, bad) + [None] * ces.ticket.size,
    }
    return Export("desk", "survey_responses", columns, prose=True)


def _answers(tickets: Tickets, rng: np.random.Generator, share: Reals) -> Answers:
    """Return which solved tickets were answered, and when, as far as the export knows."""
    timeline = tickets.panel.timeline
    askable = ~np.isnat(tickets.solved_at) & (tickets.kind != SPAM) & (tickets.kind != BY_AGENT)
    found = np.flatnonzero(askable & (rng.random(askable.size) < share))
    hours = np.minimum(rng.exponential(HOURS_TO_ANSWER, found.size), LONGEST_TO_ANSWER)
    at = tickets.solved_at[found] + (hours * 3600).astype(np.int64).astype("timedelta64[s]")
    known = at <= np.datetime64(naive(timeline.desk_seen_at))
    found, at = found[known], at[known]
    week = np.searchsorted(tickets.panel.opens_at, at, side="right") - 1
    return Answers(found, at, week)


def _bad(tickets: Tickets, rng: np.random.Generator, csat: Answers) -> Flags:
    """Return which answers are bad: the usual share each week, more where the story is."""
    troubled = tickets.is_troubled[csat.ticket]
    weeks = len(tickets.panel.timeline.weeks)
    bad = np.zeros(csat.ticket.size, dtype=bool)
    for week in range(weeks):
        for in_trouble in (False, True):
            group = np.flatnonzero((csat.week == week) & (troubled == in_trouble))
            count = _bad_count(rng, group.size, weeks - week, in_trouble=in_trouble)
            bad[rng.permutation(group)[:count]] = True
    return bad


def _bad_count(rng: np.random.Generator, size: int, back: int, *, in_trouble: bool) -> int:
    if in_trouble and back in story.TROUBLE_BAD_SHARE:
        return round(size * story.TROUBLE_BAD_SHARE[back])
    expected = size * story.CSAT_BAD_SHARE
    if back <= story.PRICE_WEEK:
        return round(expected)  # nothing else may blur the weeks of the story
    return int(steady(rng, np.array([expected]))[0])


def _csat_scores(rng: np.random.Generator, bad: Flags) -> Numbers:
    good_scores, bad_scores = (np.array(list(shares)) for shares in (GOOD_SCORES, BAD_SCORES))
    good = good_scores[shuffled(rng, GOOD_SCORES, bad.size)]
    scores: Numbers = np.where(bad, bad_scores[shuffled(rng, BAD_SCORES, bad.size)], good)
    return scores


def _ces_scores(rng: np.random.Generator, ces: Answers) -> Numbers:
    scores: Numbers = np.array(list(story.CES_SCORES))[
        shuffled(rng, story.CES_SCORES, ces.ticket.size)
    ]
    return scores


def _remarks(
    tickets: Tickets, rng: np.random.Generator, csat: Answers, bad: Flags
) -> list[str | None]:
    """Return what some of those who gave a bad answer wrote beside it."""
    words = (*REMARKS, *REMARKS_ON_THE_NEW_PRICE)
    usual = rng.integers(0, len(REMARKS), bad.size)
    priced = len(REMARKS) + rng.integers(0, len(REMARKS_ON_THE_NEW_PRICE), bad.size)
    chosen = np.where(tickets.about_price[csat.ticket], priced, usual)
    wrote = bad & (rng.random(bad.size) < REMARK_SHARE)
    return [words[place] if says else None for place, says in zip(chosen, wrote, strict=True)]


def nps_answers(panel: Panel, seed: int) -> Export:
    """Return the answers to "would you recommend us", three of them impossible."""
    rng = chance(seed, "nps")
    weeks, lives = panel.sample(rng, story.NPS_ANSWERS_IN_A_WEEK)
    at = panel.timeline.moments(rng, weeks, panel.region[lives])
    kept = np.flatnonzero(
        panel.was_here(lives, at) & (at < np.datetime64(naive(panel.timeline.now)))
    )
    order = kept[np.argsort(at[kept], kind="stable")]
    weeks, lives, at = weeks[order], lives[order], at[order]
    place = panel.place[lives, weeks]
    scores = np.array(list(story.NPS_SCORES))[evenly(rng, story.NPS_SCORES, place)]
    in_last_week = np.flatnonzero(weeks == len(panel.timeline.weeks) - 1)
    scores[in_last_week[: story.IMPOSSIBLE_SCORES]] = IMPOSSIBLE
    columns = {
        "response_id": numbered("NA", order.size),
        "survey": ["nps"] * order.size,
        "customer_id": panel.ids(lives),
        "respondent_id": panel.people(lives, rng.integers(1, USERS_WHO_ANSWER + 1, order.size)),
        "ticket_id": [None] * order.size,
        "responded_at": at,
        "score": scores,
        "scale_min": np.zeros(order.size, dtype=np.int64),
        "scale_max": np.full(order.size, 10),
        "high_is": ["good"] * order.size,
    }
    return Export("product", "survey_responses", columns)


def survey_sends(timeline: Timeline, seed: int) -> Export:
    """Return how many NPS questions were sent in each month."""
    sent = steady(
        chance(seed, "sends"), np.full(len(timeline.months), float(story.NPS_SENT_A_MONTH))
    )
    found = [
        ("nps", month.key, int(count)) for month, count in zip(timeline.months, sent, strict=True)
    ]
    return Export("product", "survey_sends", rows("survey period sent", found))
