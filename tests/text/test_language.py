"""The language of a draft, by its words."""

import pytest

from app.text.language import language_of

ENGLISH = "The Government and the employers of the sector work for the end of forced labour by the year. "
MALAY = "Kerajaan dan majikan dalam sektor ini akan berusaha untuk menamatkan buruh paksa bagi pekerja. "


@pytest.mark.parametrize("times", [1, 30])
def test_short_and_long_texts_are_told_apart_whatever_the_file_declares(times):
    assert language_of(ENGLISH * times, "ms-MY") == "en"
    assert language_of(MALAY * times, "en-US") == "ms"


def test_a_few_words_are_in_the_language_the_file_declares():
    assert language_of("Visi 2030", "ms-MY") == "ms"
    assert language_of("Visi 2030", "id-ID") == "ms"
    assert language_of("", "") == "en"


def test_other_languages_and_scripts_are_what_the_file_declares():
    assert (
        language_of("Le gouvernement prendra des mesures contre le travail forcé partout.", "fr-FR") == "fr"
    )
    assert language_of("政府将采取措施打击强迫劳动", "en-US", "zh-CN") == "zh"
    assert language_of("政府将采取措施打击强迫劳动") == "und"
