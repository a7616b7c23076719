# SPDX-License-Identifier: EUPL-1.2
"""The `kernpuls` command: the whole suite on one machine. It knows no service; it finds them.

`verify/` is the proof of `kernpuls verify` that stores, stream and letters agree.
"""
