# SPDX-License-Identifier: EUPL-1.2
"""Who told something about themselves: to see it, to have it erased, and how long the rest is kept by law.

`words` is where people's words stand · `model` what may happen to them · `erasing` does it · `journal` does
it again in a store that was put back · `keeping` locks what was still needed when somebody asked.
"""
