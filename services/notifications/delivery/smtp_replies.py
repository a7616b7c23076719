# SPDX-License-Identifier: EUPL-1.2
"""What a mail server's answer means for a letter, by its class and its step (RFC 5321, 3463).

What is refused before a recipient is named cannot be about the recipient. After that, the code says whether
it is: a server that relays for nobody, or does not want our sender, gives 5xx too, and whoever takes that for
a fault of the recipient throws decisions away by the hundred.
"""

import re

from services.notifications.delivery.channel import Held, NotSent, Rejected, TryLater

CONNECT, GREETING, EHLO, STARTTLS, AUTH, MAIL = "connect", "greeting", "EHLO", "STARTTLS", "AUTH", "MAIL"
RCPT, DATA = "RCPT", "DATA"
BEFORE_A_RECIPIENT = (CONNECT, GREETING, EHLO, STARTTLS, AUTH, MAIL)
_ENHANCED = re.compile(r"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9]|\.)")
# Without an enhanced code: the syntax or the order of our commands, authentication, a host that takes
# nothing (521), and 554, which says "no" and not why. A letter that waits can be sent or given up by a
# person; one that was given up for the wrong reason is a decision that nobody got.
_OURS_BASIC = {500, 501, 502, 503, 504, 521, 523, 530, 534, 535, 538, 554, 555}
_OURS_ENHANCED = re.compile(
    r"5\.(1\.[78]"  # the sender's address
    r"|3\.[1235]"  # the mail system is full, takes nothing, cannot do what is asked, or is not set up
    r"|[57]\.[0-9]+)"  # protocol; security and policy
)


def verdict(step: str, code: int, text: str) -> NotSent:
    """Of an answer that is not the one hoped for."""
    found = _ENHANCED.match(text)
    enhanced = found[1] if found else ""
    shown = f"{code} {enhanced}".strip()
    if step in BEFORE_A_RECIPIENT or code == 421 or not 400 <= code < 600:
        return Held(step, shown)
    if code < 500:
        return TryLater(step, shown)
    ours = _OURS_ENHANCED.fullmatch(enhanced) if enhanced.startswith("5") else code in _OURS_BASIC
    return Held(step, shown) if ours else Rejected(step, shown)
