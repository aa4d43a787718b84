"""Texts that are taken from outside: what no text of ours may hold."""

import re

UNKEEPABLE = re.compile("[\x00\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""NUL and lone surrogates, which the database cannot keep; and marks that turn the direction of writing, by which an
official document would read otherwise than what is kept (Unicode TR 36)."""
