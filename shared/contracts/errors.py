"""Errors about what is said between services; their texts never contain the message itself."""


class ContractError(Exception):
    """An event that breaks its contract: undecodable envelope, missing field, wrong value."""


class UnknownTypeError(ContractError):
    """An event type, or a version of it, that nobody here has a schema for."""


class DataFileError(Exception):
    """A data file (areas, vocabulary, rules) that cannot be used; names the file and the line."""
