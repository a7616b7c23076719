# SPDX-License-Identifier: EUPL-1.2
"""Who gave something about themselves: to see it, to have it erased, and how long the rest is kept by law.

`tables` knows where people's words stand · `model` what may happen to them · `erasing` does it · `journal`
does it again in a store that was put back · `sentences` is what somebody reads about it.
"""
