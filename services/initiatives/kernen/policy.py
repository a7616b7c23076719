# SPDX-License-Identifier: EUPL-1.2
"""Whether the kernen that a command names are those of the municipality."""

from shared.contracts.refusals import Findings
from shared.municipality import Municipality


def check_kernen(kernen: tuple[str, ...], municipality: Municipality, findings: Findings) -> None:
    for place, kern in enumerate(kernen):
        check_kern(kern, f"kernen.{place}", municipality, findings)


def check_kern(kern: str, field: str, municipality: Municipality, findings: Findings) -> None:
    known = ", ".join(sorted(municipality.kern_slugs))
    message = f"{kern} is not a kern of this municipality; choose from {known}"
    findings.require(kern in municipality.kern_slugs, field, message)
