"""What the service refuses, and why; the texts are written for the caller. One table turns them into answers."""

from collections.abc import Mapping


class NotificationsError(Exception):
    """A request that is refused."""


class InvalidError(NotificationsError):
    """Values that cannot be right, by field path."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("the request holds values that cannot be right")
        self.errors = dict(errors)


class ForeignCursorError(NotificationsError):
    """A list is asked to go on from where it never was."""

    def __init__(self) -> None:
        super().__init__("the cursor is not one of ours; start again without it")


class ForbiddenError(NotificationsError):
    """It lies outside of the caller's area."""


class UnknownNoticeError(NotificationsError):
    """No notice has this id, or none that the caller may know of: the two look the same."""

    def __init__(self) -> None:
        super().__init__("no notice of yours has this id")


class UnknownContactError(NotificationsError):
    """Nobody with this id has a contact."""

    def __init__(self) -> None:
        super().__init__("nobody with this id has a contact")


class UnknownChannelError(NotificationsError):
    """No outside channel has this name."""

    def __init__(self) -> None:
        super().__init__("no outside channel has this name; GET /channels lists them")


class ChannelOffError(NotificationsError):
    """The channel is not set up here."""

    def __init__(self) -> None:
        super().__init__("this channel is not set up here; GET /channels tells which are")


class NoAddressError(NotificationsError):
    """The recipient has no verified address on the channel."""

    def __init__(self, channels: str) -> None:
        super().__init__(f"the recipient's contact has no verified address for {channels}; enter one first")


class NothingToResendError(NotificationsError):
    """It has neither failed nor is anything unknown of it."""

    def __init__(self) -> None:
        super().__init__("the notice has no delivery that failed or whose end is unknown")


class UnknownTemplateError(NotificationsError):
    """No template has this name."""

    def __init__(self) -> None:
        super().__init__("there is no template of this name; GET /templates lists them")


class AlreadySignedError(NotificationsError):
    """It was signed before."""

    def __init__(self) -> None:
        super().__init__("the notice is signed already; GET it to see when and by whom")


class AlreadyRefusedError(NotificationsError):
    """That its recipient refused to sign is on record."""

    def __init__(self) -> None:
        super().__init__("that the recipient refused to sign is on record already")


class UnknownLinkError(NotificationsError):
    """No signing link was ever like this, or it is long gone."""


class NoCallbackError(NotificationsError):
    """No callback is set up here."""

    def __init__(self) -> None:
        super().__init__("no callback of WeCom is set up here (DUZE_WECOM_CALLBACK_TOKEN)")


class ForgedCallbackError(NotificationsError):
    """What claims to be from WeCom is not, or is not for us, or is too old."""

    def __init__(self) -> None:
        super().__init__("this is no message of WeCom to this application, or it is too old")


class ExpiredLinkError(NotificationsError):
    """A signing link that is too old."""


class NotOfLinkError(NotificationsError):
    """The signing link is not for this notice, or is for several and none of them was named."""


class UsedLinkError(NotificationsError):
    """A signing link works once."""


class NothingToVerifyError(NotificationsError):
    """No address of the kind waits to be verified."""

    def __init__(self) -> None:
        super().__init__("the contact has no address of this kind that waits to be verified")


class NoValidCodeError(NotificationsError):
    """No code was sent, or it is too old, or it was tried too often."""

    def __init__(self) -> None:
        super().__init__("no code is valid any more; ask for a new one by sending no code")
