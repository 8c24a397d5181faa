"""How are a vendor's answers got, whatever happens on the way? Asked politely, and asked again.

    api = Api("crm", "https://api.example.com", bearer(token), rates={"": Rate(100, 10)})
    with Session(api) as session:
        answer = session.get("/things", {"limit": "100"}, expects={"results": list})
        answer.data["results"]

No error, log or file ever shows what the credential is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from tasks.connectors.answers import BAD, MULTIPLE, OK, Answer, parsed, reason, shaped, shortened
from tasks.connectors.api import Api, Refusal, Rejected
from tasks.connectors.pacing import Bucket, Budget, Rate, shared_buckets
from tasks.connectors.retrying import Patience, Trouble, World, may_help, persistently, retry_after
from tasks.connectors.wire import JSON, PLAIN, Kind, Wire
from tasks.errors import KeepwellError, SourceUnavailable

if TYPE_CHECKING:
    from tasks.connectors.wire import Came

__all__ = ["Answer", "Api", "Budget", "Patience", "Rate", "Refusal", "Rejected", "Session", "World"]

NOTHING: Mapping[str, str] = {}
ANYTHING: Mapping[str, type] = {}
REFUSED = 401
TOO_MANY = 429
UNKNOWN_TOKEN = "Check the credential in the configuration: it may be wrong or have run out."  # noqa: S105 - a sentence
ADVICE = {
    400: "Please report it: the question may no longer be one the vendor understands.",
    401: UNKNOWN_TOKEN,
    403: "Give the credential the right to read this, or a plan that has it.",
    404: "Check the address in the configuration, and whether the plan has this.",
}
LATER = "Nothing is lost: the next sync goes on from here."


@dataclass(slots=True)
class _Shared:
    """What every view of one session has in common."""

    wire: Wire
    buckets: Mapping[str, Bucket]
    world: World
    stopped: KeepwellError | None = None
    calls: int = 0


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    path: str
    params: Mapping[str, str]
    body: Mapping[str, Any] | None
    limit: str
    expects: Mapping[str, type]
    kind: Kind = PLAIN


class Session:
    """Asks one account; threads may share it. Use it in a ``with`` statement, or close it."""

    def __init__(self, api: Api, world: World | None = None) -> None:
        """Prepare to ask; in the real world the pace is shared by all sessions of an account."""
        self.api = api
        self._stream = ""
        wire = Wire(api.base_url, api.request_s, world or World())
        self._shared = _Shared(wire, _buckets(api, world), world or World())

    def of(self, stream: str) -> Session:
        """Return the same session, whose errors say that they are about ``stream``."""
        view = copy.copy(self)
        view._stream = stream  # noqa: SLF001 - our own
        return view

    def once(self) -> Session:
        """Return the same session, which asks nothing twice: for what moves on as it answers."""
        view = copy.copy(self)
        view.api = replace(self.api, patience=replace(self.api.patience, tries=1))
        return view

    def get(
        self,
        path: str,
        params: Mapping[str, str] = NOTHING,
        *,
        limit: str = "",
        expects: Mapping[str, type] = ANYTHING,
        accept: str = JSON,
    ) -> Answer:
        """Return the answer to GET.

        ``limit`` names the one of the vendor's limits this call counts for besides "". ``expects``
        says which keys the JSON must have, of which type (a list is one of objects; "" is the
        whole of it); another shape is no answer. Data that come as ``accept`` text/csv are text.
        Raises SourceUnavailable (it did not answer, however often) or Rejected (it said no).
        """
        return self._ask(_Question("GET", path, params, None, limit, expects, Kind(accept)))

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        limit: str = "",
        expects: Mapping[str, type] = ANYTHING,
        form: bool = False,
    ) -> Answer:
        """Return the answer to POST of ``body`` as JSON, or as a ``form``; otherwise as ``get``.

        It is asked again like GET, so it must be a question: a search, never a change.
        """
        kind = Kind(form=form)
        return self._ask(_Question("POST", path, NOTHING, body, limit, expects, kind))

    @property
    def calls(self) -> int:
        """How many requests were sent, repeated ones included."""
        return self._shared.calls

    @property
    def world(self) -> World:
        """The clock, the pause and the dice."""
        return self._shared.world

    def close(self) -> None:
        """Close the connections."""
        self._shared.wire.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _ask(self, question: _Question) -> Answer:
        if self._shared.stopped is not None:
            raise self._shared.stopped
        try:
            return persistently(lambda: self._once(question), self.api.patience, self._shared.world)
        except Trouble as trouble:
            raise self._in_words(trouble, question) from None  # what it came from may show secrets

    def _once(self, question: _Question) -> Answer:
        who = self._who()
        answer = self._answer(self._send(question, who))
        if answer.status == REFUSED and self._renewed(who):
            answer = self._answer(self._send(question, self._who()))
        self._judge(answer, question)
        return answer

    def _send(self, question: _Question, who: Mapping[str, str]) -> Came:
        limits = {"", question.limit} & self._shared.buckets.keys()
        buckets = [self._shared.buckets[name] for name in sorted(limits)]
        for bucket in buckets:
            if wait := bucket.take(self.api.patience.total_s):
                what = f"its limit is used up for another {wait:,.0f} seconds"
                raise Trouble(what, tries=1, after_s=wait)
        self._shared.calls += 1
        began = self._shared.world.clock()
        came = self._shared.wire.send(
            question.method, question.path, question.params, question.body, who, question.kind
        )
        for bucket in buckets:
            bucket.answered(began)
        return came

    def _who(self) -> Mapping[str, str]:
        with _as_unauthorized():
            who = self.api.auth.headers()
        if all(value.isascii() and value.isprintable() for value in who.values()):
            return who
        raise Trouble(
            "the credential has letters that none can have",
            tries=1,
            rejected=True,
            todo="Copy it again; a line break or a typographic sign may have got into it.",
        )

    def _renewed(self, who: Mapping[str, str]) -> bool:
        with _as_unauthorized():
            return self.api.auth.renew(who)

    def _answer(self, came: Came) -> Answer:
        """Return what came; the JSON of a refusal is looked at only for its reason."""
        names = (name for name in self.api.request_id if came.headers.get(name))
        request_id = came.headers.get(next(names, ""), "")
        self._mind(came.headers)
        bare = Answer(came.status, came.headers, came.body, None, request_id)
        try:
            return replace(bare, data=parsed(came.body, came.headers.get("content-type", "")))
        except Trouble as trouble:
            if OK <= came.status < MULTIPLE:
                trouble.status, trouble.request_id = came.status, request_id
                raise
            return bare

    def _mind(self, headers: Mapping[str, str]) -> None:
        budget = self.api.budget(headers)
        if budget is not None and budget.limit in self._shared.buckets:
            self._shared.buckets[budget.limit].correct(budget)

    def _judge(self, answer: Answer, question: _Question) -> None:
        """Raise Trouble unless it is what was asked for."""
        if (refusal := self.api.refusal(answer)) is not None:
            raise self._meant(refusal, answer, question)
        if not OK <= answer.status < MULTIPLE:
            raise self._refused(answer, question)
        try:
            shaped(answer.data, question.expects)
        except Trouble as trouble:
            trouble.status, trouble.request_id = answer.status, answer.request_id
            raise

    def _meant(self, refusal: Refusal, answer: Answer, question: _Question) -> Exception:
        trouble = Trouble(
            refusal.what,
            status=answer.status,
            request_id=answer.request_id,
            todo=refusal.todo,
            after_s=self._hint(answer),
            tries=1 if refusal.stop or not refusal.again else None,
            rejected=not (refusal.again or refusal.stop),
        )
        if refusal.stop:
            self._shared.stopped = self._in_words(trouble, question)
            return self._shared.stopped
        return trouble

    def _refused(self, answer: Answer, question: _Question) -> Trouble:
        again = may_help(answer.status)
        said = shortened(self._scrubbed(reason(answer.data))).rstrip(" .")
        hint = self._hint(answer)
        if answer.status == TOO_MANY:
            for name in {question.limit or ""} & self._shared.buckets.keys():
                self._shared.buckets[name].refused(hint or 0.0)
        return Trouble(
            f"it answered {answer.status}" + (f" ({said})" if said else ""),
            status=answer.status,
            request_id=answer.request_id,
            todo=self._advice(answer.status),
            after_s=hint,
            tries=None if again else 1,
            rejected=not again,
        )

    def _hint(self, answer: Answer) -> float | None:
        return retry_after(answer.headers, self._shared.world.today())

    def _advice(self, status: int) -> str:
        if MULTIPLE <= status < BAD:
            return "Check the address in the configuration: it leads somewhere else."
        return self.api.advice.get(status) or ADVICE.get(status, "")

    def _scrubbed(self, said: str) -> str:
        for secret in self.api.auth.secrets():
            said = said.replace(secret, "***") if secret else said
        return said

    def _in_words(self, trouble: Trouble, question: _Question) -> SourceUnavailable | Rejected:
        what = (
            f"{self.api.source}: {self._stream or 'the source'} could not be read: {trouble.what}."
        )
        request = f", request {trouble.request_id}" if trouble.request_id else ""
        status = f", status {trouble.status}" if trouble.status else ""
        where = f"({question.method} {question.path.partition('?')[0]}{status}{request})"
        if trouble.rejected:
            return Rejected(what, where=where, todo=trouble.todo, status=trouble.status)
        return SourceUnavailable(
            what, where=where, todo=trouble.todo or LATER, after_s=trouble.after_s
        )


@contextmanager
def _as_unauthorized() -> Iterator[None]:
    """Let a refused credential be 401, whatever the way to a token says: no cursor is at fault."""
    try:
        yield
    except Rejected as error:
        error.status = REFUSED
        raise


def _buckets(api: Api, world: World | None) -> Mapping[str, Bucket]:
    if world is not None:  # a test's clock is nobody else's
        return {name: Bucket(rate, world.clock, world.sleep) for name, rate in api.rates.items()}
    return shared_buckets(api.base_url, api.auth.identity, api.rates)
