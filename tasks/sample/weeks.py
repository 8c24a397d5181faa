"""What happens in a usual week: customers leave, wobble, shrink, grow and join."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tasks.model import Period
from tasks.sample import story
from tasks.sample.book import Book
from tasks.sample.lives import GONE, Life, Notice
from tasks.sample.story import Place

WEEKS_A_YEAR = 52
UP = {"Starter": "Growth", "Growth": "Scale"}
DOWN = {"Growth": "Starter", "Scale": "Growth"}
LEAST_SEATS = 3
SEATS_UP = (0.10, 0.35)
SEATS_DOWN = (0.10, 0.30)
SEATS_WITH_UPGRADE = 1.1
EXPANSION_SWING = (0.6, 1.4)
PAUSED_DAYS = (28, 63)
RECOVERED_AFTER_DAYS = (3, 14)
WRITTEN_OFF_AFTER = timedelta(days=21)
BACK_AFTER = timedelta(weeks=9)
MOST_NEWCOMERS = 6
NEWCOMERS_IN_LAST_WEEK = 4
TRIES = 60


def lose(book: Book, week: Period, count: int) -> float:
    """Let ``count`` customers leave, never two of one owner; return the dollars a month lost."""
    lost = 0.0
    owners: set[str] = set()
    tries = TRIES
    while count and tries:
        tries -= 1
        place = next(book.cards.places)
        if place == story.TROUBLE and book.timeline.weeks_back(week) <= story.QUIET_WEEKS_BEFORE:
            continue
        if life := book.pick(lambda one: _may_leave(one, place, owners, week)):  # noqa: B023 - used at once
            owners.add(life.owner)
            lost += life.dollars()
            _leave(book, life, week)
            count -= 1
    return lost


def _may_leave(life: Life, place: Place, owners: set[str], week: Period) -> bool:
    """Return whether ``life`` is in ``place`` and free to go; a yearly one only when it is due."""
    if (
        life.place != place
        or life.owner in owners
        or life.now.seats > story.MOST_SEATS_OF_LOST[place.plan]
    ):
        return False
    return not life.yearly or life.billed_at(week.start_at, week.end_at) is not None


def _leave(book: Book, life: Life, week: Period) -> None:
    due = life.billed_at(week.start_at, week.end_at) if life.yearly else None
    at = due or book.timeline.in_week(book.rng, week, weekend=True)
    if due is None and next(book.cards.unpaid):
        life.stop_paying(at - WRITTEN_OFF_AFTER, at)
        return
    notice = timedelta(days=int(book.rng.integers(*story.DAYS_OF_NOTICE)))
    life.give_notice(Notice(at - notice, at, next(book.cards.reasons)))


def wobble(book: Book, week: Period) -> None:
    """Let payments fail and recover, a customer pause, and one who left come back."""
    number = book.timeline.weeks.index(week)
    for _ in range(book.times(story.RECOVERED_PAYMENTS_IN_A_WEEK)):
        if life := book.pick(lambda one: not one.yearly):
            _for_days(book, life, week, ("past_due", "dunning", "recovered"), RECOVERED_AFTER_DAYS)
    if number in story.WEEKS_WITH_A_PAUSE and (life := book.pick(_may_pause)):
        _for_days(book, life, week, ("paused", "pause", "resume"), PAUSED_DAYS)
    if number in story.WEEKS_WITH_A_RETURN:
        _welcome_back(book, week)


def _for_days(
    book: Book, life: Life, week: Period, names: tuple[str, str, str], days: tuple[int, int]
) -> None:
    """Give ``life`` another status for some days; what is not over yet is left open."""
    status, begins, ends = names
    at = book.moment(week)
    life.change(at, begins, status=status)
    until = at + timedelta(days=int(book.rng.integers(*days)))
    if until < book.timeline.now:
        life.change(until, ends, status="active")


def _may_pause(life: Life) -> bool:
    return not life.yearly and life.place.plan == "Starter" and life.place != story.TROUBLE


def _welcome_back(book: Book, week: Period) -> None:
    """Let the first customer come back who left long enough ago."""
    for life in book.lives:
        if life.has_left_before(week.start_at - BACK_AFTER) and life.place != story.TROUBLE:
            life.come_back(book.moment(week))
            return


def shrink(book: Book, week: Period) -> float:
    """Let some drop seats and now and then take a smaller plan; return the dollars a month lost."""
    lost = 0.0
    for _ in range(book.times(story.SEATS_DOWN_IN_A_WEEK)):
        if life := book.pick(lambda one: one.now.seats > LEAST_SEATS):
            fewer = max(1, round(life.now.seats * book.share(*SEATS_DOWN)))
            lost += life.dollars()
            life.change(book.moment(week), "downgrade", seats=life.now.seats - fewer)
            lost -= life.dollars()
    for _ in range(book.times(story.DOWNGRADES_IN_A_WEEK)):
        if life := book.pick(lambda one: one.now.plan in DOWN):
            lost += life.dollars()
            life.move(book.moment(week), "downgrade", DOWN[life.now.plan], life.now.seats)
            lost -= life.dollars()
    return lost


def grow(book: Book, week: Period, lost: float) -> None:
    """Let customers take bigger plans and more seats.

    What was ``lost`` to churn and smaller plans is won back over the following weeks, and a little
    more, so that net revenue retention stays where the story wants it.
    """
    book.to_regain += lost + book.mrr() * story.NET_GROWTH_A_YEAR / WEEKS_A_YEAR
    wanted = book.to_regain * story.REGAINED_A_WEEK * book.share(*EXPANSION_SWING)
    for _ in range(book.times(story.UPGRADES_IN_A_WEEK)):
        if life := book.pick(lambda one: one.now.plan in UP):
            seats = round(life.now.seats * SEATS_WITH_UPGRADE)
            wanted -= _expand(book, life, week, plan=UP[life.now.plan], seats=seats)
    while wanted > 0 and (life := book.pick()):
        more = max(1, round(life.now.seats * book.share(*SEATS_UP)))
        wanted -= _expand(book, life, week, plan=life.now.plan, seats=life.now.seats + more)


def _expand(book: Book, life: Life, week: Period, *, plan: str, seats: int) -> float:
    """Give ``life`` more; return how many dollars a month that brings."""
    before = life.dollars()
    at = book.moment(week)
    if plan == life.now.plan:
        life.change(at, "upsell", seats=seats)
    else:
        life.move(at, "upsell", plan, seats)
    won = life.dollars() - before
    book.to_regain -= won
    return won


def welcome(book: Book, week: Period) -> None:
    """Let newcomers join where the book has fewest for its size; some trials come to nothing."""
    members = book.members(week.end_at)
    goal = _customers_wanted(book, week)
    for _ in range(min(_most_newcomers(book, week), max(0, goal - members.total()))):
        place = max(story.SHARE_OF_CUSTOMERS, key=lambda one: _room(one, goal, members[one]))
        members[place] += 1
        _join(book, place, book.moment(week))
    for _ in range(book.times(story.FAILED_TRIALS_IN_A_WEEK)):
        _try_in_vain(book, book.moment(week))


def _room(place: Place, goal: int, members: int) -> float:
    return story.SHARE_OF_CUSTOMERS[place] * goal - members


def _customers_wanted(book: Book, week: Period) -> int:
    """Return how many customers there should be when ``week`` is over."""
    weeks = book.timeline.weeks
    done = (weeks.index(week) + 1) / (len(weeks) - 1)
    usual = story.CUSTOMERS_AT_FIRST + done * (story.CUSTOMERS_AT_LAST - story.CUSTOMERS_AT_FIRST)
    stray = 0 if book.timeline.weeks_back(week) <= story.PRICE_WEEK else book.rng.integers(-2, 3)
    return round(usual + int(stray))


def _most_newcomers(book: Book, week: Period) -> int:
    return NEWCOMERS_IN_LAST_WEEK if week == book.timeline.last_week else MOST_NEWCOMERS


def _join(book: Book, place: Place, at: datetime) -> None:
    seats = next(book.cards.seats_of_newcomers[place.plan])
    life = book.new_life(place)
    if next(book.cards.trials):
        life.try_out(at - story.TRIAL, place.plan, seats)
    life.start(at, place.plan, seats)
    if place == story.TROUBLE and at >= book.timeline.price_rises_at:
        life.changes[-1] = replace(life.now, price=story.NEW_PRICE)


def _try_in_vain(book: Book, ends_at: datetime) -> None:
    """Let somebody try the product for a fortnight and not stay."""
    life = start_trial(book, ends_at - story.TRIAL)
    life.change(ends_at, "trial_ended", status=GONE)
    life.ends_at = ends_at


def start_trial(book: Book, at: datetime) -> Life:
    """Return somebody who begins to try the product at ``at``, on the plan most people try."""
    region = story.REGIONS[int(book.rng.integers(len(story.REGIONS)))]
    place = Place("Starter", region)
    life = book.new_life(place)
    life.try_out(at, place.plan, next(book.cards.seats_of_newcomers[place.plan]))
    return life
