# SPDX-License-Identifier: EUPL-1.2
"""What an operator can put right."""


class OperatorError(Exception):
    """Why something cannot start or go on, and what to do: one sentence, which is all that is shown of it."""
