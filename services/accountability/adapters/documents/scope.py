"""Where a document of several areas belongs."""


def common(areas: list[str]) -> str:
    """The smallest division (6, 9 or 12 digits) that contains all areas: who may see it may see the document."""
    for length in (12, 9, 6):
        heads = {area[:length] for area in areas}
        if len(heads) == 1 and len(next(iter(heads))) in (6, 9, 12):
            return heads.pop()
    return ""
