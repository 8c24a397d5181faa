"""The helpdesk's ticket export: the tickets, with their words and their small mistakes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tasks.sample import story
from tasks.sample.chance import Numbers, chance, evenly, odds, shuffled
from tasks.sample.crm import MOST_CONTACTS, copy_id, duplicated
from tasks.sample.desk import BY_AGENT, PRIORITIES, SPAM, TAGS, Tickets
from tasks.sample.files import Export, numbered
from tasks.sample.lives import Life
from tasks.sample.timeline import Instants
from tasks.sample.words import ABOUT_THE_NEW_PRICE, BY_TAG, Text

DESK = "desk"
ESCALATED_SHARE = 0.03
MOST_REPLIES = 5
MERGED_SHARE = 0.15  # of tickets that follow another one of the same customer within a day
WEEKS_WITHOUT_MERGES = 3  # the latest: the story stays countable
A_DAY = np.timedelta64(1, "D")


def ticket_ids(tickets: Tickets) -> pa.Array:
    """Return the id of each ticket."""
    return numbered("T", tickets.week.size)


def requesters(tickets: Tickets, seed: int) -> pa.Array:
    """Return who wrote each ticket."""
    rng = chance(seed, "requesters")
    return tickets.panel.people(tickets.life, rng.integers(1, MOST_CONTACTS + 1, tickets.week.size))


def ticket_export(tickets: Tickets, seed: int, lives: tuple[Life, ...]) -> Export:
    """Return the tickets as the helpdesk exports them, two of them twice."""
    rng = chance(seed, "ticket words")
    size = tickets.week.size
    subjects, bodies = _words(tickets, rng)
    kind = tickets.kind
    replied = ~np.isnat(tickets.replied_at)
    columns = {
        "ticket_id": ticket_ids(tickets),
        "customer_id": _customers(tickets, rng, lives),
        "requester_id": requesters(tickets, seed),
        "created_at": tickets.created_at,
        "created_by": _chosen(("customer", "agent"), (kind == BY_AGENT).astype(np.int64)),
        "channel": _chosen(tuple(story.CHANNELS), shuffled(rng, story.CHANNELS, size)),
        "first_agent_reply_at": tickets.replied_at,
        "first_solved_at": tickets.solved_at,
        "reopened_at": tickets.reopened_at,
        "last_solved_at": tickets.last_solved_at,
        "replies_before_first_solve": _replies(tickets, rng) * replied,
        "merged_into": _merged(tickets, rng),
        "is_spam": (kind == SPAM).astype(np.int64),
        "subject": subjects,
        "body": bodies,
        "tags": _chosen(TAGS, tickets.tag),
        "priority": _chosen(PRIORITIES, tickets.priority),
        "escalated": (rng.random(size) < ESCALATED_SHARE).astype(np.int64),
        "agent_id": pa.array([f"AG{number}" for number in rng.integers(1, story.AGENTS + 1, size)]),
        "updated_at": _latest(tickets),
    }
    twice = np.append(np.arange(size), np.arange(size - story.REPEATED_TICKETS, size))
    columns = {name: _taken(column, twice) for name, column in columns.items()}
    return Export(DESK, "tickets", columns, prose=True)


def _taken(column: pa.Array | Instants, places: Numbers) -> pa.Array | Instants:
    return column.take(pa.array(places)) if isinstance(column, pa.Array) else column[places]


def _chosen(words: tuple[str, ...], places: Numbers) -> pa.Array:
    return pa.array(words).take(pa.array(places))


def _customers(tickets: Tickets, rng: np.random.Generator, lives: tuple[Life, ...]) -> pa.Array:
    """Return the customer of each ticket; some know one by its second record in the CRM."""
    ids = np.array(tickets.panel.ids(tickets.life).to_pylist())
    for number, life in enumerate(duplicated(lives)):
        theirs = np.flatnonzero(ids == life.profile.id)
        ids[theirs[rng.random(theirs.size) < 1 / 2]] = copy_id(number)
    return pa.array(ids.tolist())


def _words(tickets: Tickets, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Return what each ticket is called and what it says."""
    texts: list[Text] = [text for tag in TAGS for text in BY_TAG[tag]]
    counts = np.array([len(BY_TAG[tag]) for tag in TAGS])
    starts = np.cumsum(counts) - counts
    usual = starts[tickets.tag] + rng.integers(0, counts[tickets.tag])
    priced = len(texts) + rng.integers(0, len(ABOUT_THE_NEW_PRICE), tickets.week.size)
    texts += ABOUT_THE_NEW_PRICE
    places = np.where(tickets.about_price, priced, usual)
    return (
        _chosen(tuple(text.subject for text in texts), places),
        _chosen(tuple(text.body for text in texts), places),
    )


def _replies(tickets: Tickets, rng: np.random.Generator) -> Numbers:
    """Return how often an agent wrote before each ticket was solved: mostly once."""
    more = rng.integers(2, MOST_REPLIES + 1, tickets.week.size)
    once = evenly(rng, odds(story.ONE_REPLY_SHARE), tickets.place) == 0
    replies: Numbers = np.where(once, 1, more)
    return replies


def _merged(tickets: Tickets, rng: np.random.Generator) -> pa.Array:
    """Return the ticket each one was merged into: the customer's next one, a few times."""
    order = np.lexsort((tickets.created_at, tickets.life))
    now, after = order[:-1], order[1:]
    close = (tickets.life[now] == tickets.life[after]) & (
        tickets.created_at[after] - tickets.created_at[now] < A_DAY
    )
    settled = tickets.weeks_back[after] > WEEKS_WITHOUT_MERGES
    chosen = np.flatnonzero(close & settled & (rng.random(close.size) < MERGED_SHARE))
    ids = ticket_ids(tickets)
    merged: list[str | None] = [None] * tickets.week.size
    for place in chosen:
        merged[now[place]] = ids[after[place]].as_py()
    return pa.array(merged, pa.string())


def _latest(tickets: Tickets) -> Instants:
    """Return when anything last happened to each ticket."""
    latest = tickets.created_at
    for at in (tickets.replied_at, tickets.solved_at, tickets.reopened_at, tickets.last_solved_at):
        latest = np.fmax(latest, at)
    return latest
