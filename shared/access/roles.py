# SPDX-License-Identifier: EUPL-1.2
"""The words for who may do what: roles of officials, scopes of machines, and anybody."""

from collections.abc import Mapping
from typing import Literal, get_args

StaffRole = Literal[
    "kernambtenaar",
    "coordinator",
    "budget-holder",
    "controller",
    "editor",
    "privacy-officer",
    "operator",
]
MachineScope = Literal["read", "import", "payment-answers", "probe"]
Who = StaffRole | MachineScope | Literal["anybody"]

ROLES: frozenset[str] = frozenset(get_args(StaffRole))
SCOPES: frozenset[str] = frozenset(get_args(MachineScope))
# Who works with what residents ask. An operator does not, and needs none of their words.
OFFICIALS: tuple[StaffRole, ...] = get_args(StaffRole)[:-1]

DUTCH: Mapping[StaffRole, str] = {
    "kernambtenaar": "kernambtenaar",
    "coordinator": "coördinator",
    "budget-holder": "budgethouder",
    "controller": "controller",
    "editor": "redacteur",
    "privacy-officer": "privacymedewerker",
    "operator": "beheerder",
}
