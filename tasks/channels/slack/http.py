"""How are bytes posted to an address that is itself a secret, so that no log shows it?"""

from __future__ import annotations

import httpx


def post(address: str, content: bytes, *, kind: str, timeout_s: float) -> httpx.Response:
    """Return the answer to ``content``; a redirect is not followed. Raise what httpx raises.

    httpx writes the address of every request into its log. Here it knows only the host; the path
    goes along as an extension.
    """
    whole = httpx.URL(address)
    host = whole.copy_with(raw_path=b"/", userinfo=b"", fragment=None)
    with httpx.Client(timeout=timeout_s, follow_redirects=False) as client:
        return client.post(
            host,
            content=content,
            headers={"Content-Type": kind},
            extensions={"target": whole.raw_path},
        )


def never_left(error: httpx.HTTPError) -> bool:
    """Return whether ``error`` came before anything was sent."""
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
