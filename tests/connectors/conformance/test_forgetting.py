"""A forgotten customer leaves every page, stays away, and takes no row of the facts along."""

from __future__ import annotations

from tasks.connectors.cleaning import clean_pages, learned
from tasks.connectors.forgetting import everywhere
from tasks.facts.private import ID, NAME, PERSON, words
from tasks.store.scrubbing import correct_pages
from tests.connectors.conformance.test_secrets import everything_written

PSEUDONYM = "forgotten-1f2e3d"
WORDS = {"name", "email", "subject", "body", "comment", "text", "external_ids", "role"}


def names_nobody(tables):
    """Whether a vendor tells of no customer: there is then nobody to forget."""
    return not any(row.get("customer_id") for rows in tables.values() for row in rows)


def forgotten(here, tables):
    """Somebody whom several tables know, everything it is called, and who tells it is gone."""
    known_in = tables.get("tickets") or tables[here.case.table]
    victim = min(row["customer_id"] for row in known_in if row["customer_id"])
    names = {row["name"] for row in tables.get("customers", ()) if row["customer_id"] == victim}
    ids, addresses = learned(here.company.folder / "raw", {victim})
    known = {ID: ids, NAME: names - {None}, PERSON: addresses}

    def stands_for(kind, value):
        return PSEUDONYM if value in known[kind] else None

    return victim, known, stands_for


def clean(here, known, stands_for):
    raw, digests = here.company.folder / "raw", {}
    pattern = words({one for some in known.values() for one in some if len(one) > 4})
    count = clean_pages(
        raw,
        stands_for,
        lambda value: everywhere(value, pattern, PSEUDONYM),
        lambda path, written: digests.__setitem__(path, (written.bytes, written.sha256)),
    )
    correct_pages(here.company.store, digests)
    return count


def numbers(tables, victim):
    """The rows without words, the customer under the name it has now."""
    return {
        table: sorted(
            repr({
                column: PSEUDONYM if value == victim else value
                for column, value in row.items()
                if column not in WORDS
            })
            for row in rows
        )
        for table, rows in tables.items()
    }  # fmt: skip


def traces(here, known):
    """Whatever of it is still in a page; a number only where it is all of a value."""
    content = b"\n".join(everything_written(here.company.folder / "raw"))
    said = {f'"{one}"' if one.isdecimal() else one for some in known.values() for one in some}
    return [one for one in said if one.encode() in content]


def test_it_leaves_the_pages_and_the_facts_keep_their_rows(here):
    before = here.tables()
    if names_nobody(before):
        return
    victim, known, stands_for = forgotten(here, before)
    assert traces(here, known)
    assert clean(here, known, stands_for) > 0
    assert traces(here, known) == []
    assert clean(here, known, stands_for) == 0, "a second time finds nothing"
    here.company.stands_for = stands_for
    assert numbers(here.tables(), victim) == numbers(before, victim)


def test_it_does_not_come_back_when_the_vendor_tells_of_it_again(here):
    before = here.tables()
    if names_nobody(before):
        return
    _, known, stands_for = forgotten(here, before)
    clean(here, known, stands_for)
    here.company.stands_for = stands_for
    here.case.change(here.vendor)
    here.wait()
    after = here.tables()
    assert traces(here, known) == []
    assert all(len(after[table]) >= len(rows) for table, rows in before.items())


def test_a_vendor_that_tells_everything_again_tells_nothing_of_it(here):
    before = here.tables()
    if names_nobody(before):
        return
    victim, known, stands_for = forgotten(here, before)
    here.company.stands_for = stands_for
    clean(here, known, stands_for)
    for page in (here.company.folder / "raw").rglob("*.gz"):
        page.unlink()  # so that every stream is read anew
    after = here.tables()
    assert traces(here, known) == []
    assert numbers(after, victim) == numbers(before, victim)
