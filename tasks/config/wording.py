"""What a mistake in the configuration is called in plain words, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from tasks.errors import KeepwellError, suggest

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

MISTAKE = "mistake"  # the type of every error that already speaks our words
MANY = 16  # a longer list of what is known helps nobody
Made = TypeVar("Made")
Loc = tuple[int | str, ...]
Found = tuple[Loc, str, str]  # where, what, what to do
EXPECTED = {
    "string_type": ("text is expected here.", "Put the value in quotes."),
    "int_type": ("a whole number is expected here.", "Write it without quotes, such as 5."),
    "int_parsing": ("a whole number is expected here.", "Write digits only, such as 5."),
    "int_from_float": ("a whole number is expected here.", "Leave the decimals out."),
    "bool_parsing": ("true or false is expected here.", "Write true or false."),
    "bool_type": ("true or false is expected here.", "Write true or false."),
    "tuple_type": ("a list is expected here.", "Write [a, b], or one '- entry' a line."),
    "list_type": ("a list is expected here.", "Write [a, b], or one '- entry' a line."),
    "model_type": (
        "keys and values are expected here.",
        "Write {key: value}, or key: value lines.",
    ),
    "dict_type": ("keys and values are expected here.", "Write {key: value}, or key: value lines."),
    "mapping_type": (
        "keys and values are expected here.",
        "Write {key: value}, or key: value lines.",
    ),
}

LIMITS = {
    "greater_than": ("small", "more than", "gt"),
    "greater_than_equal": ("small", "at least", "ge"),
    "less_than": ("large", "less than", "lt"),
    "less_than_equal": ("large", "at most", "le"),
}


def wrong(what: str, todo: str = "") -> PydanticCustomError:
    """Return an error that a validator can raise: what is wrong, and what to do."""
    return PydanticCustomError(MISTAKE, "{what} {todo}", {"what": what, "todo": todo})


def mistaken(error: KeepwellError) -> PydanticCustomError:
    """Return one of our own errors as one that a validator can raise."""
    return wrong(error.what, error.todo)


def meant(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return "did you mean", or what is known, or ``otherwise`` where that is too long a list."""
    names = tuple(known)
    hint = suggest(name, names)
    if hint.startswith("did") or len(names) <= MANY:
        return hint
    return otherwise or f"there are {len(names)} to choose from."


def misplaced(title: str, found: Sequence[Found]) -> ValidationError:
    """Return several mistakes as one error: each with where it stands, what and what to do."""
    details = [
        InitErrorDetails(type=wrong(what, todo), loc=loc, input=None) for loc, what, todo in found
    ]
    return ValidationError.from_exception_data(title, details, hide_input=True)


def found_in(error: ValidationError) -> list[Found]:
    """Return the mistakes in ``error``: where each stands, what is wrong and what to do."""
    return [(each["loc"], *_said(each, ())) for each in error.errors(include_url=False)]


def together(title: str, more: Sequence[Found], make: Callable[[], Made]) -> Made:
    """Return what ``make`` makes; raise its mistakes together with ``more``."""
    try:
        made = make()
    except ValidationError as error:
        raise misplaced(title, [*found_in(error), *more]) from None
    if more:
        raise misplaced(title, more)
    return made


def in_our_words(model: type[BaseModel], error: ValidationError) -> ValidationError:
    """Return ``error``, raised by ``model``, with every mistake said in our words."""
    return misplaced(
        model.__name__,
        [
            (each["loc"], *_said(each, _keys(model), _description(model, each["loc"])))
            for each in error.errors(include_url=False)
        ],
    )


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _description(model: type[BaseModel], loc: Loc) -> str:
    described = {
        field.alias or name: field.description or "it" for name, field in model.model_fields.items()
    }
    return described.get(str(loc[-1]), "it") if loc else "it"


def _said(each: ErrorDetails, keys: Sequence[str], description: str = "it") -> tuple[str, str]:
    kind, context = each["type"], each.get("ctx", {})
    if kind == MISTAKE:
        return context["what"], context["todo"]
    if kind == "missing":
        return "missing.", f"Add {description}."
    if kind == "extra_forbidden":
        return "unknown key;", meant(str(each["loc"][-1]), keys)
    if kind in {"literal_error", "enum"}:
        return _choice(each["input"], context["expected"])
    if kind in LIMITS:
        word, advice, limit = LIMITS[kind]
        return f"too {word}.", f"Use {advice} {context[limit]}."
    return EXPECTED.get(kind) or _otherwise(each["msg"], context)


def _choice(given: object, expected: str) -> tuple[str, str]:
    return f"'{given}' is not possible;", meant(str(given), re.findall(r"'([^']*)'", expected))


def _otherwise(message: str, context: dict[str, Any]) -> tuple[str, str]:
    if isinstance(raised := context.get("error"), ValueError):
        return f"{raised}".rstrip(".") + ".", ""
    return message.replace("Input should", "it should").replace("Value error, ", "") + ".", ""
