# SPDX-License-Identifier: EUPL-1.2
"""Whom a grant goes to, if it is an organisation of the register. Public files name it: no person is one."""

from services.budget.model import Grant
from services.budget.organisations import model, store
from shared.contracts.refusals import Findings, NotFound
from shared.messaging.transaction import Transaction

FIELD = "organisationId"


def paid_by(creditor_number: str, grant: Grant, tx: Transaction) -> str | None:
    """Whom the number says it goes to, where the register has it once: nobody was asked when the grant was
    promised by itself.
    """
    found = [
        it.id
        for it in store.of_creditor(tx.connection, creditor_number)
        if it.is_active_in(grant.year) and not model.is_person(it.kind, tx.municipality)
    ]
    return found[0] if len(found) == 1 and grant.recipient_kind != "resident" else None


def check(organisation_id: str | None, grant: Grant, tx: Transaction, findings: Findings) -> None:
    """What is wrong with giving this grant to this organisation."""
    if organisation_id is None:
        return
    try:
        organisation = store.organisation(tx.connection, organisation_id)
    except NotFound as unknown:
        findings.require(False, FIELD, f"{unknown} Register it first, or leave this out.")
        return
    asked_by_person = grant.recipient_kind == "resident"
    findings.require(not asked_by_person, FIELD, "names nobody here: a resident asked for it; leave it out")
    person = model.is_person(organisation.kind, tx.municipality)
    findings.require(not person, FIELD, "is one natural person, whom no file may name; leave it out")
    active = organisation.is_active_in(grant.year)
    findings.require(active, FIELD, f"is not active in {grant.year}; choose one that is, or leave it out")
