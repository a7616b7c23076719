# SPDX-License-Identifier: EUPL-1.2
"""Kernambtenaren: who is on duty for which kern, and takes up what comes from it."""
