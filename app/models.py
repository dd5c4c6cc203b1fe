"""Every table, in one import: for migrations, and for whoever asks the metadata."""

from sqlmodel import SQLModel

import app.answers.models
import app.comments.models
import app.drafting.models
import app.history.models
import app.mail.models
import app.matrix.models
import app.people.models
import app.plans.models
import app.positions.models
import app.returns.models
import app.roadmap.models
import app.rounds.models
import app.writing_back.models  # noqa: F401 (imported for its tables)

metadata = SQLModel.metadata
