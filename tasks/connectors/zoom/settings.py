"""What does keepwell.yaml say about a Zoom account? Which app asks, and what the account has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tasks.config.base import Text
from tasks.connectors.fields import Address, ApiSettings, Secret, example


class ZoomSettings(ApiSettings):
    """A Zoom account, read by a server-to-server OAuth app of its own."""

    model_config = example(
        {
            "name": "phone",
            "kind": "zoom",
            "account_id": "${ZOOM_ACCOUNT_ID}",
            "client_id": "${ZOOM_CLIENT_ID}",
            "client_secret": "${ZOOM_CLIENT_SECRET}",
        }
    )

    kind: Literal["zoom"]
    account_id: Annotated[Text, Field(description="the account's id, from the app's page")]
    client_id: Annotated[Text, Field(description="the app's client id")]
    client_secret: Annotated[Secret, Field(description="the app's client secret")]
    base_url: Annotated[Address, Field(description="where the API is")] = "https://api.zoom.us/v2"
    auth_url: Annotated[Address, Field(description="where tokens are got")] = "https://zoom.us"
    contact_center: Annotated[
        bool, Field(description="beta: whether calls of Zoom Contact Center are read, too")
    ] = False
    history_days: Annotated[
        int, Field(ge=1, le=180, description="how far the first sync reaches back; Zoom has 180")
    ] = 170
    heavy_per_s: Annotated[
        int, Field(ge=1, description="how many heavy requests a second the plan allows: 5, or 20")
    ] = 5
