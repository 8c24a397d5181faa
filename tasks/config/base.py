"""What every part of the configuration is: frozen, strict about keys, and clear about mistakes."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)

from tasks.config.notation import Span
from tasks.config.wording import in_our_words

Text = Annotated[str, StringConstraints(min_length=1)]


class Part(BaseModel):
    """One mapping of keepwell.yaml. An unknown key is a mistake; secrets never show in errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True
    )

    @model_validator(mode="wrap")
    @classmethod
    def _speaks_plainly(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as error:
            raise in_our_words(cls, error) from None


class SourceSettings(Part):
    """One entry of ``sources``; each connector adds its own keys to these.

    ``max_age`` is how long ago it may have brought its last news when a digest goes out; what is
    older holds it, for as long as its audience waits. None goes by how silent it usually is.
    """

    name: Annotated[Text, Field(description="the name this source goes by in notes and commands")]
    kind: Annotated[Text, Field(description="the kind of system it is, such as files")]
    max_age: Annotated[
        Span | None,
        Field(description="a digest waits while its newest data are older, such as 12h"),
    ] = None


class ChannelSettings(Part):
    """One entry of ``channels``; each channel adds its own keys."""
