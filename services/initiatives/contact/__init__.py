# SPDX-License-Identifier: EUPL-1.2
"""How to reach somebody who asked or joined something: apart from the rest, found by reference only."""
