"""What an organisation answers to a clause as drafted, without a comment."""

import enum


class AnswerKind(enum.StrEnum):
    """A yes in one press, or the word that there is nothing to say."""

    SUPPORT = "support"
    NOTHING = "nothing"
