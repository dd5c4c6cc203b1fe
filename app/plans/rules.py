"""What a plan's text is made of, and what may be done with a draft."""

import enum

from app.words import N_


class DraftStatus(enum.StrEnum):
    """Where a draft stands: its text can be corrected, or stands for ever."""

    BEING_EDITED = "being_edited"
    FROZEN = "frozen"


DRAFT_STATUS_NAMES = {
    DraftStatus.BEING_EDITED: N_("Being edited"),
    DraftStatus.FROZEN: N_("Frozen"),
}


class DraftVerb(enum.StrEnum):
    """What is done with a draft."""

    CORRECT = "correct"
    REPLACE = "replace"
    FREEZE = "freeze"


#: What a draft is after a verb; a pair that is not here is refused. Replacing a frozen draft is
#: allowed until its first comment, and makes it editable again.
AFTER: dict[tuple[DraftStatus, DraftVerb], DraftStatus] = {
    (DraftStatus.BEING_EDITED, DraftVerb.CORRECT): DraftStatus.BEING_EDITED,
    (DraftStatus.BEING_EDITED, DraftVerb.REPLACE): DraftStatus.BEING_EDITED,
    (DraftStatus.BEING_EDITED, DraftVerb.FREEZE): DraftStatus.FROZEN,
    (DraftStatus.FROZEN, DraftVerb.REPLACE): DraftStatus.BEING_EDITED,
}


class Kind(enum.StrEnum):
    """What a clause is in the text."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    GOAL = "goal"
    OUTCOME = "outcome"
    OUTPUT = "output"
    ACTIVITY = "activity"
    INDICATOR = "indicator"
    ENTRY = "entry"
    HEADER = "header"
    QUOTE = "quote"
    NOTE = "note"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    TOC = "toc"


KIND_NAMES = {
    Kind.TITLE: N_("Title"),
    Kind.HEADING: N_("Heading"),
    Kind.PARAGRAPH: N_("Paragraph"),
    Kind.ITEM: N_("List item"),
    Kind.GOAL: N_("Goal"),
    Kind.OUTCOME: N_("Outcome"),
    Kind.OUTPUT: N_("Output"),
    Kind.ACTIVITY: N_("Activity"),
    Kind.INDICATOR: N_("Indicator"),
    Kind.ENTRY: N_("Table entry"),
    Kind.HEADER: N_("Table head"),
    Kind.QUOTE: N_("Quotation"),
    Kind.NOTE: N_("Note"),
    Kind.CAPTION: N_("Caption"),
    Kind.FOOTNOTE: N_("Footnote"),
    Kind.TOC: N_("Contents line"),
}


class LineageKind(enum.StrEnum):
    """What became of a clause from one draft to the next."""

    KEPT = "kept"
    EDITED = "edited"
    MOVED = "moved"
    MOVED_EDITED = "moved+edited"
    RENUMBERED = "renumbered"
    SPLIT = "split"
    MERGED = "merged"
    DELETED = "deleted"
    NEW = "new"


LINEAGE_NAMES = {
    LineageKind.KEPT: N_("Kept"),
    LineageKind.EDITED: N_("Edited"),
    LineageKind.MOVED: N_("Moved"),
    LineageKind.MOVED_EDITED: N_("Moved and edited"),
    LineageKind.RENUMBERED: N_("Renumbered"),
    LineageKind.SPLIT: N_("Split"),
    LineageKind.MERGED: N_("Merged"),
    LineageKind.DELETED: N_("Deleted"),
    LineageKind.NEW: N_("New"),
}

#: Kinds under which the words of a clause are not what they were.
WORDS_CHANGED = frozenset(
    {
        LineageKind.EDITED,
        LineageKind.MOVED_EDITED,
        LineageKind.SPLIT,
        LineageKind.MERGED,
        LineageKind.DELETED,
        LineageKind.NEW,
    }
)

#: Kinds that stand in the text but that nobody is asked to comment on.
NOT_CONSULTED = frozenset({Kind.TOC})

#: What a file's reader calls by another word.
KIND_READ = {"para": Kind.PARAGRAPH}

CHANGED_MEANWHILE = N_("Somebody changed this after you opened it. Both versions are below; nothing is lost.")

MOVED_MEANWHILE = N_(
    "Somebody changed this after you opened the page, so nothing was done. The page now shows how it stands."
)
