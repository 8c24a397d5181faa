"""Does a look at a source ask every stream, say what is wrong, and keep nothing?"""

from __future__ import annotations

from tasks.connectors.reaching import reached

NO_NETWORK_OF_ITS_OWN = {"sql"}  # a database is signed in to by its driver


def looked_at(here):
    return reached(here.company.settings, here.company.around(here.now))


def test_every_stream_answers_and_nothing_is_kept(here):
    if here.case.key in NO_NETWORK_OF_ITS_OWN:
        return
    found = looked_at(here)
    assert [(one.stream, one.problem) for one in found.streams if one.problem] == []
    assert here.case.main in {one.stream for one in found.streams}
    assert not list(here.company.folder.rglob("*.gz"))


def test_what_was_read_says_until_when(here):
    if here.case.key in NO_NETWORK_OF_ITS_OWN:
        return
    here.read()
    (main,) = (one for one in looked_at(here).streams if one.stream == here.case.main)
    assert (main.upto, main.last) == (here.now, here.now)


def test_a_credential_that_is_refused_is_said_and_never_shown(here):
    if here.case.key in NO_NETWORK_OF_ITS_OWN:
        return
    here.company.token = "wr0ng-t0ken"
    found = looked_at(here)
    assert all(one.problem for one in found.streams)
    assert "wr0ng" not in repr(found)
