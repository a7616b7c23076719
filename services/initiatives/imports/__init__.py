# SPDX-License-Identifier: EUPL-1.2
"""History of initiatives from elsewhere: checked whole before anything is written, then written in parts.

    received ─▶ checking ─▶ refused, with what is wrong by line
                    └─────▶ writing ─▶ done

A line has a key; what has that key already is left as it is, so a file may be sent again.
"""
