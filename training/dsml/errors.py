"""The one exception for what a user can put right: a wrong path, a bad setting, a file that cannot be read.

Bugs raise Python's own exceptions and keep their traceback.
"""


class UsageError(Exception):
    """An expected failure; `str(error)` says what is wrong and what to do."""
