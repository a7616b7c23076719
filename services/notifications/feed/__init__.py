# SPDX-License-Identifier: EUPL-1.2
"""Feeds: the news of each kern and of the whole municipality, as Atom."""
