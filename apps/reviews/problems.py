"""What stands in the way of a step, as sentences to show."""


class Refused(Exception):
    """The step cannot be taken now. `reasons`: sentences, each saying what is missing or in the way.

    A kind's `decided` raises it too where its version cannot follow the panel's decision: the decision is undone.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)
