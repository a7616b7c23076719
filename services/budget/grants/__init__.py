# SPDX-License-Identifier: EUPL-1.2
"""Grants: money for one initiative, asked by its assessment, decided on, paid in parts, settled in the end.

`model` is a grant until it is promised, `promised` what becomes of it then; `waiting` hands out what a line
has left, in the order of asking.
"""
