"""Whether a measure may be taken against a person by a body: what the law plainly refuses is never approved."""

from dataclasses import dataclass

ALLOW, WARN, REFUSE = "allow", "warn", "refuse"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, and by which article."""

    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`warn` is what local practice settles: people decide, and see why they are warned."""

    verdict: str
    reasons: tuple[Reason, ...] = ()
