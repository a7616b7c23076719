# SPDX-License-Identifier: EUPL-1.2
"""The register of organisations: who is entitled to a yearly contribution, and since when."""
