"""The questions that the overview answers, and which figures answer each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What a part of the screen answers: the figures that lead, each on a card, and those in the table below them."""

    name: str
    leads: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return self.leads + self.others


QUESTIONS = (
    Question(
        "withdrawals",
        leads=("breaches", "attempts-refused", "cases-with-attempt"),
        others=("unlawful-stops", "lawful-withdrawals", "attempts", "attempts-pending", "attempts-per-100-open"),
    ),
    Question("continuity", leads=("silent-exits", "continuity"), others=("lawful-exits",)),
    Question("deadlines", leads=("examined-72h", "charged-in-time"), others=("reported-72h",)),
    Question(
        "stations",
        leads=("women-share", "stations-no-woman", "desk-functional"),
        others=("desk-any", "cases-at-functional-desk"),
    ),
    Question("completeness", leads=("returns-in-time", "reported"), others=("returns-received", "reported-per-100k")),
)


def questions_of(*, before_directive: bool) -> tuple[Question, ...]:
    """The questions of a month: before the directive nothing could breach it, and unlawful stops lead instead."""
    if not before_directive:
        return QUESTIONS
    return tuple(
        Question(
            question.name,
            tuple("unlawful-stops" if code == "breaches" else code for code in question.leads),
            tuple(code for code in question.others if code != "unlawful-stops"),
        )
        for question in QUESTIONS
    )
