"""From what was decided to the next draft: resulting texts, lineage, what is carried over, and the gate."""
