"""Eighteen months of the sample company, played week by week."""

from __future__ import annotations

from datetime import datetime, timedelta

from tasks.sample import story
from tasks.sample.book import Book, Cards
from tasks.sample.chance import chance
from tasks.sample.lives import Life
from tasks.sample.november import announce, celebrate, raise_prices
from tasks.sample.people import Profiles
from tasks.sample.timeline import Timeline
from tasks.sample.weeks import LEAST_SEATS, grow, lose, shrink, start_trial, welcome, wobble

LONGEST_BEFORE = 1100  # days before the history at which the first customers joined
SHORTEST_BEFORE = 30
WORKING_MINUTES = (8 * 60, 18 * 60)
HOURS_OF_TRIALS = (20, 260)  # how long ago those began that are still running


def play(timeline: Timeline, seed: int) -> tuple[Life, ...]:
    """Return every life of the sample company, told up to now."""
    rng = chance(seed, "book")
    book = Book(timeline, rng, Profiles(chance(seed, "people")), Cards(rng))
    _begin(book)
    book.to_regain = story.TO_REGAIN_AT_FIRST
    for week in timeline.weeks:
        back = timeline.weeks_back(week)
        book.shuffle(week)
        if back == story.PRICE_WEEK:
            announce(book, week)
        if back <= story.PRICE_WEEK:
            raise_prices(book, week)
        usual = next(book.cards.losses)
        lost = lose(book, week, story.LOST_LATELY.get(back, usual))
        wobble(book, week)
        lost += shrink(book, week)
        if week == timeline.last_week:
            celebrate(book, week)
        grow(book, week, lost)
        welcome(book, week)
    for _ in range(story.RUNNING_TRIALS):
        start_trial(book, timeline.now - timedelta(hours=int(rng.integers(*HOURS_OF_TRIALS))))
    return tuple(book.lives)


def _begin(book: Book) -> None:
    """Put the customers of the first day into the book, and our own test accounts."""
    for place, share in story.SHARE_OF_CUSTOMERS.items():
        for _ in range(round(share * story.CUSTOMERS_AT_FIRST)):
            seats = next(book.cards.seats_at_first[place.plan])
            book.new_life(place).start(_long_ago(book), place.plan, seats)
    for place in tuple(story.SHARE_OF_CUSTOMERS)[: story.TEST_ACCOUNTS]:
        book.new_life(place, is_test=True).start(_long_ago(book), place.plan, LEAST_SEATS)


def _long_ago(book: Book) -> datetime:
    """Return when an early customer joined; more joined lately."""
    age = round(LONGEST_BEFORE * float(book.rng.beta(1.0, 1.6))) + SHORTEST_BEFORE
    day = book.timeline.weeks[0].first_day - timedelta(days=age)
    minutes = int(book.rng.integers(*WORKING_MINUTES))
    return book.timeline.calendar.midnight(day) + timedelta(minutes=minutes)
