"""Charts in the Prefect UI: as data in the artifact itself, so that no file host is needed.

They are vectors where this run drew them, and the pictures of the message where an earlier one did.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

from tasks.messages.drawing import as_vector, draw
from tasks.messages.view import Chart
from tasks.model import Image

MOST = 3  # an artifact lives in Prefect's database


@dataclass(frozen=True, slots=True)
class Gallery:
    """Draws the charts of messages, and remembers of each picture what it is a picture of."""

    charts: dict[bytes, Chart] = field(default_factory=dict)

    def draw(self, chart: Chart) -> Image:
        """Return ``chart`` as the picture that is sent."""
        image = draw(chart)
        self.charts[image.png] = chart
        return image

    def shown(self, images: Iterable[Image]) -> tuple[tuple[str, str], ...]:
        """Return what the first few pictures show, and each as an address that holds it."""
        return tuple((one.alt, self.data_url(one)) for one in tuple(images)[:MOST])

    def drawn(self) -> tuple[tuple[str, str], ...]:
        """Return the same of the first few charts that this run drew."""
        return tuple((one.alt, _as_url(as_vector(one))) for one in [*self.charts.values()][:MOST])

    def data_url(self, image: Image) -> str:
        """Return the picture as an address that holds the picture."""
        chart = self.charts.get(image.png)
        return _as_url(image.png, "png") if chart is None else _as_url(as_vector(chart))


def _as_url(data: bytes, kind: str = "svg+xml") -> str:
    return f"data:image/{kind};base64,{b64encode(data).decode()}"
