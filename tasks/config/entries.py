"""Sources and channels: each is checked by the settings model its own kind has registered."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from tasks.config.base import ChannelSettings, SourceSettings
from tasks.config.context import context_of
from tasks.config.wording import (
    EXPECTED,
    Found,
    found_in,
    in_our_words,
    meant,
    misplaced,
    together,
    wrong,
)

Own = TypeVar("Own", bound=BaseModel)


def read_source(written: object, info: ValidationInfo) -> SourceSettings:
    """Return one source, checked by the connector of its kind."""
    if isinstance(written, SourceSettings):
        return written
    if not isinstance(written, Mapping):
        raise wrong(*EXPECTED["dict_type"])
    connectors = context_of(info).catalogues.connectors
    if "kind" not in written:
        todo = f"Add a kind: {' or '.join(connectors.keys())}."
        raise misplaced("source", [(("kind",), "missing.", todo)])
    if (kind := str(written["kind"])) not in connectors:
        todo = meant(kind, connectors.keys())
        raise misplaced("source", [(("kind",), f"unknown connector '{kind}';", todo)])
    return _checked(SourceSettings, connectors.get(kind).settings, written, info)


def read_channels(written: object, info: ValidationInfo) -> Mapping[str, ChannelSettings]:
    """Return the channels by name; one that needs no settings is there without being named."""
    if not isinstance(written, Mapping):
        raise wrong(*EXPECTED["dict_type"])
    catalogue = context_of(info).catalogues.channels
    channels, mistakes = dict[str, ChannelSettings](), list[Found]()
    for entry in catalogue:
        if entry.key not in written:
            with suppress(ValidationError):  # it needs settings, and nobody gave it any
                channels[entry.key] = _channel(entry.key, {}, info)
    for name, given in written.items():
        try:
            channels[name] = _channel(str(name), given, info)
        except ValidationError as error:
            mistakes.extend(((name, *loc), what, todo) for loc, what, todo in found_in(error))
    if mistakes:
        raise misplaced("channels", mistakes)
    return channels


def unique_names(written: object, handler: ValidatorFunctionWrapHandler) -> tuple[Any, ...]:
    """Check a list of named entries; a name used twice is one more mistake."""
    entries: tuple[Any, ...] = together("entries", _named_twice(written), lambda: handler(written))
    return entries


def _channel(name: str, given: object, info: ValidationInfo) -> ChannelSettings:
    catalogue = context_of(info).catalogues.channels
    if name not in catalogue:
        todo = meant(name, catalogue.keys())
        raise misplaced("channel", [((), f"unknown channel '{name}';", todo)])
    if isinstance(given, ChannelSettings):
        return given
    return _checked(ChannelSettings, catalogue.get(name).settings, given, info)


def _checked(base: type[Own], model: type[BaseModel], written: object, info: ValidationInfo) -> Own:
    try:
        made = model.model_validate(written, context=info.context)
    except ValidationError as error:
        raise in_our_words(model, error) from None
    if not isinstance(made, base):
        raise TypeError(f"{model.__name__} must be a {base.__name__}")
    return made


def _named_twice(written: object) -> list[Found]:
    entries = written if isinstance(written, list | tuple) else ()
    names = [entry.get("name") if isinstance(entry, Mapping) else None for entry in entries]
    return [
        ((number, "name"), f"the name '{name}' is taken.", "Use another one.")
        for number, name in enumerate(names)
        if name is not None and name in names[:number]
    ]


def _not_empty(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    if not entries:
        raise wrong("it is empty.", "Give at least one.")
    return entries


NotEmpty = AfterValidator(_not_empty)  # unlike min_length it is silent where an entry is mistaken
Source = Annotated[
    SourceSettings, PlainValidator(read_source, json_schema_input_type=dict[str, object])
]
Sources = Annotated[
    tuple[Source, ...],
    WrapValidator(unique_names),
    NotEmpty,
    Field(description="at least one source of data", json_schema_extra={"minItems": 1}),
]
Channels = Annotated[
    Mapping[str, ChannelSettings],
    PlainValidator(read_channels, json_schema_input_type=dict[str, object]),
]
