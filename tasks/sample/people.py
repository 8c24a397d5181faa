"""Who the customers are: their names, where they sit, and who looks after them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from tasks.sample import story
from tasks.sample.chance import dealt
from tasks.sample.story import Place

# fmt: off
STEMS = (
    "Alder", "Amber", "Anvil", "Arbor", "Aster", "Badger", "Basil", "Beacon", "Birch", "Bramble",
    "Brook", "Cairn", "Canyon", "Cedar", "Cinder", "Clover", "Cobalt", "Coral", "Cove", "Crane",
    "Dapple", "Delta", "Dove", "Drift", "Dune", "Ember", "Fable", "Falcon", "Fallow", "Fern",
    "Fjord", "Flint", "Foxglove", "Garnet", "Glade", "Gorse", "Hale", "Hazel", "Heron", "Hollow",
    "Indigo", "Iris", "Jade", "Juniper", "Kelp", "Kestrel", "Lark", "Laurel", "Linden", "Lumen",
    "Maple", "Marlow", "Merle", "Mica", "Mint", "Moss", "Nettle", "Norden", "Nova", "Oak", "Onyx",
    "Opal", "Orchard", "Osprey", "Otter", "Pebble", "Pine", "Plover", "Poppy", "Quill", "Quince",
    "Raven", "Reed", "Ridge", "Robin", "Rowan", "Saffron", "Sage", "Sable", "Sorrel", "Sparrow",
    "Spruce", "Sterling", "Swift", "Tarn", "Teal", "Thistle", "Tolmin", "Tundra", "Umber",
    "Vesper", "Violet", "Walnut", "Wren", "Yarrow", "Zephyr",
)
KINDS = (
    "Bakery", "Cafes", "Care", "Clinics", "Foods", "Freight", "Goods", "Hotels", "Kitchens",
    "Labs", "Markets", "Repair", "Stores", "Supply",
)
# fmt: on
ROLES = ("operations lead", "store manager", "payroll", "owner")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a customer apart from the subscription."""

    number: int
    name: str
    region: str
    country: str
    segment: str
    industry: str
    acquired_via: str
    is_test: bool = False

    @property
    def id(self) -> str:
        """The customer's id."""
        return f"C{self.number:04d}"

    def owner_on(self, plan: str) -> str:
        """Return the id of whoever looks after the customer while on ``plan``."""
        owners = [one.id for one in story.OWNERS if one.region == self.region and plan in one.plans]
        return owners[self.number % len(owners)]


class Profiles:
    """Makes up customers one after another, none twice."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Shuffle the names and lay out the cards everything else is dealt from."""
        names = [" ".join(words) for words in product(STEMS, KINDS)]
        self._names = iter([names[place] for place in rng.permutation(len(names))])
        self._countries = {key: dealt(rng, shares) for key, shares in story.COUNTRIES.items()}
        self._segments = {key: dealt(rng, shares) for key, shares in story.SEGMENTS_OF_PLAN.items()}
        self._industries = dealt(rng, story.INDUSTRIES)
        self._acquired = dealt(rng, story.ACQUIRED_VIA)
        self._numbers: Iterator[int] = iter(range(1, len(names)))

    def next(self, place: Place, *, is_test: bool = False) -> Profile:
        """Return a new customer on the plan and in the region of ``place``."""
        number = next(self._numbers)
        return Profile(
            number=number,
            name=f"QA sandbox {number}" if is_test else next(self._names),
            region=place.region,
            country=next(self._countries[place.region]),
            segment=next(self._segments[place.plan]),
            industry=next(self._industries),
            acquired_via=next(self._acquired),
            is_test=is_test,
        )


def mail(name: str) -> str:
    """Return the address of one of the company's own people."""
    return f"{name.lower().replace(' ', '.')}@{story.MAIL_DOMAIN}"
