"""Marks sentences for the catalogues where they are written, not where they are shown."""


def N_(sentence: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Give the sentence back unchanged; the extractor finds it here, the page translates it."""
    return sentence
