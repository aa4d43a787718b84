"""What can go wrong with the local stack, said in words a person can act on."""


class StackError(Exception):
    """The stack cannot do what was asked; the text says why and what to do."""


class MissingPackagesError(StackError):
    """System packages are missing and cannot be installed from here; the text has the apt line."""
