"""What an organisation answers to a clause as drafted, without a comment."""

import enum

from app.words import N_


class AnswerKind(enum.StrEnum):
    """A yes in one press, or the word that there is nothing to say."""

    SUPPORT = "support"
    NOTHING = "nothing"


ANSWER_NAMES = {
    AnswerKind.SUPPORT: N_("Support as drafted"),
    AnswerKind.NOTHING: N_("Nothing from us"),
}
