# SPDX-License-Identifier: EUPL-1.2
"""Whom a grant goes to, if it is an organisation of the register. Public files name it: no person is one."""

from collections.abc import Sequence

from services.budget.grants.model import Grant
from services.budget.organisations.model import Registered, is_person
from shared.contracts.refusals import Findings
from shared.municipality import Municipality

FIELD = "organisationId"


def paid_by_number(of_number: Sequence[Registered], grant: Grant, rules: Municipality) -> str | None:
    """Whom a creditor number says it goes to, where the register has it once: nobody was asked when the grant
    was promised by itself. `of_number` are those who are paid by it.
    """
    found = [it.id for it in of_number if it.is_active_in(grant.year) and not is_person(it.kind, rules)]
    return found[0] if len(found) == 1 and grant.recipient_kind != "resident" else None


def check(organisation: Registered, grant: Grant, rules: Municipality, findings: Findings) -> None:
    """What is wrong with giving this grant to this organisation."""
    asked_by_person = grant.recipient_kind == "resident"
    findings.require(not asked_by_person, FIELD, "names nobody here: a resident asked for it; leave it out")
    person = is_person(organisation.kind, rules)
    findings.require(not person, FIELD, "is one natural person, whom no file may name; leave it out")
    active = organisation.is_active_in(grant.year)
    findings.require(active, FIELD, f"is not active in {grant.year}; choose one that is, or leave it out")
