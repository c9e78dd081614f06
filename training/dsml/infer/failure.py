"""What can go wrong with a slide or a model, by the viewer's codes (README, scripting interface).

A failure ends one slide and is named in the report; the other slides go on. Bugs raise Python's own exceptions.
"""

import errno

from dsml.errors import UsageError


class SlideFailure(Exception):
    """An expected failure: `code` for programs, `str(failure)` says what is wrong and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type["SlideFailure"], tuple[str, str]]:
        """Exceptions cross processes by this: the code goes along."""
        return type(self), (self.code, str(self))


class TileFailure(Exception):
    """Pixels that can't be had: the cells that need them become unread."""


class ModelFailure(UsageError):
    """A model folder that can't be used; the whole run stops before it begins."""


def writing_failure(error: OSError, what: str) -> SlideFailure:
    """An OSError of writing `what`, in words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SlideFailure(
            "disk-full", f"The disk is full: {what} could not be written. Make room, then run it again."
        )
    return SlideFailure("not-writable", f"{what} could not be written ({error.strerror or error}).")
