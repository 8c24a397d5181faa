"""No stretch of time sees more calls than the vendor allows, and tokens are renewed once (13, 16)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from pydantic import SecretStr

from tasks.connectors.auth import Renewed, bearer
from tasks.connectors.http import Api, Budget, Rejected, Session
from tasks.connectors.pacing import Bucket, Rate
from tasks.connectors.retrying import Trouble
from tests.connectors.layer.asking import Shop, Slept, session
from tests.doubles.faults import Reply, instead
from tests.doubles.limits import Limit


def moments(rate, calls):
    slept = Slept()
    bucket = Bucket(rate, lambda: slept.at, slept.sleep)
    found = []
    for _ in range(calls):
        bucket.take(1e9)
        found.append(slept.at)
    return found


@pytest.mark.parametrize("rate", [Rate(100, 10), Rate(5, 1), Rate(10, 60), Rate(1, 6)])
def test_the_limit_is_kept_and_used(rate):
    found = moments(rate, rate.calls * 5)
    for first, one_too_many in zip(found, found[rate.calls :], strict=False):
        assert one_too_many - first > rate.seconds
    assert found[-1] - found[0] <= 4 * rate.seconds * 1.03


def test_calls_that_have_their_own_limit_count_for_both():
    slept = Slept()
    rates = {"": Rate(100, 1), "search": Rate(2, 1)}
    with Shop() as web, session(web, slept, rates=rates) as asking:
        for _ in range(3):
            asking.get("/things", limit="search")
        assert slept.pauses == [1.02]
        asking.get("/things")
        assert slept.pauses == [1.02]


def test_the_vendor_is_believed_when_it_says_that_nothing_is_left():
    def budget(headers):
        return Budget(int(headers["left"]), 9.0) if "left" in headers else None

    slept = Slept()
    with Shop() as web, session(web, slept, budget=budget) as asking:
        web.order("things", lambda proper: Reply(proper.data, headers={"left": "0"}))
        asking.get("/things")
        asking.get("/things")
    assert slept.pauses == [9.0]


def test_a_vendor_with_a_limit_is_never_asked_too_often():
    slept = Slept()
    with Shop() as web, session(web, slept, rates={"": Rate(10, 5)}) as asking:
        web.limits.append(Limit(10, 5, clock=lambda: slept.at))
        for _ in range(55):
            asking.get("/things")
        assert web.limits[0].refused == 0
    assert slept.at - 1_000 == pytest.approx(25, rel=0.1)


def test_a_refusal_holds_back_every_thread():
    slept = Slept()
    with Shop() as web, session(web, slept, rates={"": Rate(100, 1)}) as asking:
        web.order("things", instead(429, Retry_After="4"))
        asking.get("/things")
        assert slept.at == 1_004


def test_two_sessions_of_one_credential_share_its_limit():
    def made(token):
        return Session(Api("a", "http://x", bearer(SecretStr(token)), {"": Rate(1, 1)}))

    one, same, other = made("t1"), made("t1"), made("t2")
    assert one._shared.buckets[""] is same._shared.buckets[""]
    assert one._shared.buckets[""] is not other._shared.buckets[""]


class Guarded(Shop):
    """Takes only the newest token."""

    token = "t1"

    def refuses(self, asked):
        return (
            None
            if asked.headers.get("Authorization") == f"Bearer {self.token}"
            else Reply({"error": "expired"}, 401)
        )


def renewing(web, fetched):
    def fetch():
        fetched.append(web.token)
        return web.token

    return Renewed(fetch, "account")


def test_a_token_that_expires_between_two_pages_is_renewed():
    fetched = []
    with Guarded() as web, session(web, auth=renewing(web, fetched)) as asking:
        asking.get("/things")
        web.token = "t2"
        asking.get("/things")
        assert fetched == ["t1", "t2"]
        assert len(web.requests) == 3


def test_threads_that_need_a_new_token_at_once_get_one_between_them():
    fetched = []
    with Guarded() as web, session(web, auth=renewing(web, fetched)) as asking:
        asking.get("/things")
        web.token = "t2"
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: asking.get("/things"), range(24)))
    assert fetched == ["t1", "t2"]


def test_a_new_token_that_is_refused_too_is_a_plain_no():
    with Guarded() as web, session(web, auth=Renewed(lambda: "wrong")) as asking:
        with pytest.raises(Rejected) as raised:
            asking.get("/things")
        assert raised.value.status == 401
        assert len(web.requests) == 2


def test_a_renewal_that_fails_once_is_tried_again():
    answers = iter([Trouble("the door is stuck"), "t1"])

    def fetch():
        answer = next(answers)
        if isinstance(answer, Trouble):
            raise answer
        return answer

    with Guarded() as web, session(web, auth=Renewed(fetch)) as asking:
        assert asking.get("/things").status == 200


def test_pauses_are_drawn_over_their_whole_length():
    slept = Slept()
    with Shop() as web:
        asking = session(web, slept)
        asking._shared.world = slept.world(dice=0.25)
        with asking:
            web.order("things", instead(503), times=3)
            asking.get("/things")
    assert slept.pauses == [0.125, 0.25, 0.5]
    assert all(later == 2 * earlier for earlier, later in pairwise(slept.pauses))
