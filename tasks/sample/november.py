"""The story: a price rises in one place, some there give notice, and a week later they leave."""

from __future__ import annotations

from datetime import timedelta

from tasks.model import Period
from tasks.sample import story
from tasks.sample.book import Book
from tasks.sample.lives import Life, Notice

HOURS_TO_MAKE_UP_A_MIND = (5, 190)  # between the letter and the notice
DAYS_TO_COME = (3, 20)  # after the last week: when those who gave notice will leave
DAY = timedelta(days=1)


def announce(book: Book, week: Period) -> None:
    """Let those who will not pay the new price give notice; the price week has just begun."""
    last = book.timeline.last_week
    for number in range(story.LEAVERS):
        leaves_at = book.timeline.calendar.midnight(last.first_day + DAY * (number + 1))
        hours = int(book.rng.integers(*HOURS_TO_MAKE_UP_A_MIND))
        asked_at = min(week.start_at + timedelta(hours=hours, minutes=17), leaves_at - DAY)
        _give_notice(
            book, Notice(asked_at, leaves_at - timedelta(hours=5), story.REASON_OF_LEAVERS)
        )
    for _ in range(story.LEAVERS_TO_COME):
        days = int(book.rng.integers(*DAYS_TO_COME))
        notice = Notice(book.moment(last), last.end_at + days * DAY, story.REASON_OF_LEAVERS)
        _give_notice(book, notice)


def _give_notice(book: Book, notice: Notice) -> None:
    life = book.pick(_is_troubled) or book.pick(_lives_in_trouble)
    if life is not None:
        life.give_notice(notice)


def _is_troubled(life: Life) -> bool:
    low, high = story.SEATS_OF_LEAVERS
    return _lives_in_trouble(life) and low <= life.now.seats <= high


def _lives_in_trouble(life: Life) -> bool:
    return life.place == story.TROUBLE and not life.yearly


def raise_prices(book: Book, week: Period) -> None:
    """Let the new price take effect for everybody there whose billing day is in ``week``."""
    for life in tuple(book.settled):
        at = life.billed_at(week.start_at, week.end_at)
        if at is not None and life.place == story.TROUBLE:
            book.settled.remove(life)
            life.change(at, "price_increase", price=story.NEW_PRICE)


def celebrate(book: Book, week: Period) -> None:
    """Let three big customers add many seats: the good news of the last week."""
    for seats in story.SEAT_DEAL_SEATS:
        if life := book.pick(lambda one: one.place.plan == "Scale" and one.place != story.TROUBLE):
            life.change(book.moment(week), "upsell", seats=life.now.seats + seats)
