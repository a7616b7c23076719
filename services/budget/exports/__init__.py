# SPDX-License-Identifier: EUPL-1.2
"""Exports: a year's rows as files, for people and for programs."""
