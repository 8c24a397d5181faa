"""What is left of a customer in texts that we wrote? Its names, and what its people said.

Short ids and numbers are only taken for the customer where they are all of a value: "7" in a
sentence is a number of something.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from flows.whois import TEXTS
from tasks.facts.private import ID, NAME, PERSON
from tasks.model import Message
from tasks.store.forgotten import Forgetting

CLEARED = "(cleared)"
QUOTED = 24  # so much of a text tells it from any other; what follows it goes with it
FEWEST_DIGITS = 5
MESSAGES = ("*.txt", "*.md", "*.json", "*.html", "*.eml", "*.svg")
SUFFIXES = (".slack.json", ".html", ".eml", ".txt", ".md")


@dataclass(frozen=True, slots=True)
class Remnants:
    """Finds a customer in texts; ``pseudonym`` is what it is called now."""

    pseudonym: str
    exact: frozenset[str]
    names: re.Pattern[str] | None
    quotes: re.Pattern[str] | None

    @classmethod
    def of(cls, begun: Forgetting) -> Remnants:
        """Return what finds whoever is being forgotten."""
        known: Mapping[str, Sequence[str]] = begun.known or {}
        ids = [one for one in known.get(ID, ()) if _is_a_word_of_its_own(one)]
        said = [*ids, *known.get(NAME, ()), *known.get(PERSON, ())]
        exact = frozenset((*known.get(ID, ()), *known.get(NAME, ()), *known.get(PERSON, ())))
        quotes = [text.splitlines()[0][:QUOTED] for text in known.get(TEXTS, ())]
        return cls(begun.pseudonym, exact, _any_of(said, ""), _any_of(quotes, '[^<\n"”]*'))

    def text(self, text: str) -> str:
        """Return a text without the customer."""
        if text in self.exact:
            return self.pseudonym
        if self.quotes is not None:
            text = self.quotes.sub(CLEARED, text)
        return self.names.sub(self.pseudonym, text) if self.names is not None else text

    def everywhere(self, value: Any) -> Any:  # noqa: ANN401 - anything JSON can say
        """Return a value without the customer, in keys too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.everywhere(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(self.everywhere, value))
        return value

    def of_message(self, message: Message) -> Message:
        """Return a message without the customer; its charts show none."""
        said = {
            each.name: self.everywhere(getattr(message, each.name))
            for each in fields(Message)
            if each.name != "images"
        }
        return replace(message, **said)

    def are_in(self, value: Any) -> bool:  # noqa: ANN401 - as above
        """Return whether the customer is anywhere in a value."""
        return bool(self.everywhere(value) != value)

    def delete_files(self, folders: Iterable[Path]) -> int:
        """Delete previews and messages kept as files that hold the customer; return how many."""
        found = {path for folder in folders for path in self._files(folder)}
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _files(self, folder: Path) -> Iterator[Path]:
        for pattern in MESSAGES:
            for path in folder.rglob(pattern):
                if self.are_in(path.name) or any(map(self.are_in, _texts_of(path))):
                    yield from _all_of(path)


def _texts_of(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    yield content.decode("utf-8", "replace")
    if path.suffix == ".eml":
        for part in message_from_bytes(content, policy=policy.default).walk():
            if part.get_content_maintype() == "text":
                yield str(part.get_content())


def _all_of(path: Path) -> Iterator[Path]:
    """Yield all files of one message: the formats of it, and its pictures."""
    stem = next((path.name.removesuffix(end) for end in SUFFIXES if path.name.endswith(end)), "")
    if not stem:
        yield path
        return
    yield from (one for end in SUFFIXES if (one := path.with_name(f"{stem}{end}")).exists())
    yield from path.parent.glob(f"{_literally(stem)}-chart*.png")


def _literally(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _is_a_word_of_its_own(text: str) -> bool:
    return len(text) >= FEWEST_DIGITS if text.isdecimal() else len(text) > 1


def _any_of(texts: Iterable[str], after: str) -> re.Pattern[str] | None:
    forms = {form for text in texts if text for form in _as_written(text)}
    if not forms:
        return None
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w){after}")


def _as_written(text: str) -> set[str]:
    """Return a text as it stands in plain text, in HTML, in Slack and in JSON."""
    return {
        text,
        html.escape(text),
        html.escape(text, quote=False),
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    }
