# SPDX-License-Identifier: EUPL-1.2
"""Inwonersparticipatie: residents who have a say in what the municipality makes, does or evaluates.

considered ─▶ does-not-fit
    └──▶ fits ─▶ started ─▶ activities … ─▶ concluded, with what was done with the input
           └────────┴─────▶ cancelled
"""
