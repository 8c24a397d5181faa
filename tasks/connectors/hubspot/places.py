"""Where does HubSpot keep what? Its paths, by versions with a number or with a date."""

from __future__ import annotations

from dataclasses import dataclass

NUMBERED = "v3"
ASSOCIATIONS = "v4"  # the numbered version of the associations that pages through all of them


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of one version: ``v3``, or a date such as ``2026-03``."""

    version: str = NUMBERED

    def objects(self, kind: str) -> str:
        """Return where records of a kind are listed."""
        return f"{self._of('objects')}/{kind}"

    def search(self, kind: str) -> str:
        """Return where records of a kind are searched."""
        return f"{self.objects(kind)}/search"

    def batch(self, kind: str) -> str:
        """Return where records of a kind are read by their ids."""
        return f"{self.objects(kind)}/batch/read"

    def associations(self, kind: str, to_kind: str) -> str:
        """Return where it stands which records of two kinds are tied to each other."""
        return f"{self._of('associations', ASSOCIATIONS)}/{kind}/{to_kind}/batch/read"

    @property
    def owners(self) -> str:
        """Where the people stand who own records."""
        return self._of("owners")

    def pipelines(self, kind: str) -> str:
        """Return where the pipelines of a kind stand, with their stages."""
        return f"{self._of('pipelines')}/{kind}"

    def properties(self, kind: str) -> str:
        """Return where the properties of a kind are defined, with the labels of their values."""
        return f"{self._of('properties')}/{kind}"

    @property
    def account(self) -> str:
        """Where the account's time zone and currency stand."""
        return f"/account-info/{self.version}/details"

    def _of(self, what: str, numbered: str = NUMBERED) -> str:
        if self.version == NUMBERED:
            return f"/crm/{numbered}/{what}"
        return f"/crm/{what}/{self.version}"
