"""What stands on the time line from assessment to launch."""

import enum

from app.words import N_


class MilestoneKind(enum.StrEnum):
    """What a milestone is."""

    STAGE = "stage"
    WORKSHOP = "workshop"
    FIXED = "fixed"


MILESTONE_KIND_NAMES = {
    MilestoneKind.STAGE: N_("Stage"),
    MilestoneKind.WORKSHOP: N_("Workshop"),
    MilestoneKind.FIXED: N_("Fixed date"),
}
