"""From a file to settings, or to every mistake in it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from tasks.config.context import Catalogues, context_for
from tasks.config.secrets import Blocks, no_blocks, secrets_of
from tasks.config.settings import Settings
from tasks.config.wording import Loc, found_in
from tasks.config.yamlfile import Document, key_path, read_yaml
from tasks.errors import ConfigurationInvalid, Mistake, WrongUse
from tasks.masking import remember


def load_settings(
    path: Path,
    environ: Mapping[str, str],
    catalogues: Catalogues | None = None,
    blocks: Blocks = no_blocks,
) -> Settings:
    """Return the settings in the file at ``path``; ``environ`` fills in its ``${NAME}``.

    ``blocks`` gives the value of a Prefect Secret block, for ``${block:name}``.

    Raises ``ConfigurationInvalid`` with every mistake and its line, ``WrongUse`` where there is
    no such file. Names are checked against ``catalogues``, by default the module-level ones.
    """
    try:
        text = path.expanduser().read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        mistake = Mistake(None, "file", "it is not UTF-8 text.", "Save it as UTF-8.")
        raise ConfigurationInvalid(str(path), [mistake]) from error
    except OSError as error:
        raise WrongUse(
            f"cannot read {path}: {error.strerror}.",
            todo="Name your configuration with --config, or write one with 'keepwell init'.",
        ) from error
    return settings_of(text, path.expanduser(), environ, catalogues, blocks)


def settings_of(
    text: str,
    path: Path,
    environ: Mapping[str, str],
    catalogues: Catalogues | None = None,
    blocks: Blocks = no_blocks,
) -> Settings:
    """Return the settings written in ``text`` as if it stood in the file ``path``.

    From then on their secrets are struck out of whatever this process logs or tells.
    """
    document = read_yaml(text, str(path), environ, blocks)
    context = context_for(document.data, path, catalogues or Catalogues(), document.filled_in)
    mistakes = list(document.mistakes)
    try:
        settings = Settings.model_validate(document.data, context=context)
    except ValidationError as error:
        mistakes += _mistakes(document, error)
    if mistakes:
        raise ConfigurationInvalid(str(path), mistakes)
    remember(secrets_of(settings))
    return settings


def _mistakes(document: Document, error: ValidationError) -> Iterator[Mistake]:
    reported = {(mistake.line, mistake.key) for mistake in document.mistakes}
    for loc, what, todo in found_in(error):
        place = _written(document.data, loc)
        mistake = Mistake(document.line(place), key_path(place), what, todo)
        if (mistake.line, mistake.key) not in reported:  # what could not be filled in is told
            yield mistake


def _written(data: object, loc: Loc) -> Loc:
    """Return the part of ``loc`` that is a place in the file, or would be: no parser's notes."""
    place: Loc = ()
    for part in loc:
        if isinstance(data, Mapping):
            data = data.get(str(part))
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            break
        place = (*place, part)
    return place
