"""Which other rules are there to compare with? The ``rules`` of another file, checked as ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tasks.config.context import Catalogues, context_for
from tasks.config.rules import Rules, RulesPart
from tasks.config.wording import found_in
from tasks.config.yamlfile import key_path, read_yaml
from tasks.errors import ConfigurationInvalid, Mistake, WrongUse

PART = "rules"


def load_rules(
    path: Path, environ: Mapping[str, str], catalogues: Catalogues | None = None
) -> Rules:
    """Return the ``rules`` in the file at ``path``: a whole configuration, or nothing but them.

    Raises ``ConfigurationInvalid`` with every mistake and its line, ``WrongUse`` where there is
    no such file or it holds no rules.
    """
    document = read_yaml(_text(path), str(path), environ)
    if PART not in document.data:
        raise WrongUse(
            f"{path} holds no rules.", todo="Write them below 'rules:', as in keepwell.yaml."
        )
    context = context_for(document.data, path, catalogues or Catalogues())
    found = [one for one in document.mistakes if one.key.split(".")[0].split("[")[0] == PART]
    try:
        rules = TypeAdapter(RulesPart).validate_python(document.data[PART], context=context)
    except ValidationError as error:
        for loc, what, todo in found_in(error):
            place = (PART, *loc)
            found.append(Mistake(document.line(place), key_path(place), what, todo))
    if found:
        raise ConfigurationInvalid(str(path), found)
    return rules


def _text(path: Path) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise WrongUse(f"cannot read {path}: {why}.", todo="Name the file with --rules.") from error
