"""What does a Secret block of Prefect hold? Asked only where a configuration names one."""

from __future__ import annotations

from typing import Any, cast

from tasks.errors import WrongUse


def secret_in(name: str) -> str | None:
    """Return what the Secret block ``name`` holds, None where there is none.

    Raises ``WrongUse`` where Prefect's server does not answer or the block holds no text.
    """
    # Prefect takes seconds to import, and who names no block never needs it here.
    import httpx  # noqa: PLC0415 - see above
    from prefect.blocks.system import Secret  # noqa: PLC0415 - see above
    from prefect.exceptions import PrefectException  # noqa: PLC0415 - see above

    try:
        found = cast("Any", Secret.load)(name, _sync=True)
    except ValueError:  # what it raises for a block that is not there
        return None
    except (PrefectException, httpx.HTTPError, OSError, RuntimeError) as error:
        raise WrongUse(
            f"Prefect did not give the block '{name}' ({type(error).__name__}).",
            todo="Check PREFECT_API_URL, or set a variable.",
        ) from None
    value = found.get()
    if not isinstance(value, str):
        raise WrongUse(f"the Prefect block '{name}' holds no text.", todo="Write it as text.")
    return value
