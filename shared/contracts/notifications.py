# SPDX-License-Identifier: EUPL-1.2
"""Events of the notifications service: that somebody was told, or could not be. Never an address."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.envelope import EventData, OpaqueId, Slug

NoticeAudience = Literal["submitter", "officer", "budget-holder", "followers", "participant"]
NoticeChannel = Literal["email", "feed"]
FailureReason = Literal["no-address", "refused", "expired", "not-allowed", "error", "given-up"]


class NotificationData(EventData):
    """`about` is the subject of the event that led to it, `template` names the text that was sent."""

    about: OpaqueId
    audience: NoticeAudience
    channel: NoticeChannel
    template: Slug
    attempts: Annotated[int, Field(strict=True, ge=0)]


class NotificationDelivered(NotificationData):
    """The mail server accepted it."""

    TYPE: ClassVar[str] = "notification.delivered.v1"


class NotificationFailed(NotificationData):
    """It was given up."""

    TYPE: ClassVar[str] = "notification.failed.v1"
    reason: FailureReason


class NotificationUnknown(NotificationData):
    """The connection was lost between the end of the message and the server's answer: it may have arrived.
    It is sent again with the same Message-ID; this is the only way a mail can come twice."""

    TYPE: ClassVar[str] = "notification.unknown.v1"
