"""What can go wrong between a service and its database, in the service's own words."""


class UnavailableError(Exception):
    """The database did not answer in time, or it is unknown whether it committed: try the same again later.

    `undone` when it is certain that nothing was kept.
    """

    def __init__(self, message: str = "the database did not answer", undone: bool = False) -> None:
        super().__init__(message)
        self.undone = undone


class DuplicateError(Exception):
    """A document with the same unique key exists."""

    def __init__(self, collection: str, index: str) -> None:
        super().__init__(f"duplicate key in {collection} ({index})")
        self.collection = collection
        self.index = index


class CursorError(ValueError):
    """A page cursor that this service did not make."""
