"""A long comment is offered as several points, and nothing of it is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.splitting import points


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "1. Add MEF to the list.\n2. Name the lead agency.",
            ["1. Add MEF to the list.\n", "2. Name the lead agency."],
        ),
        (
            "We ask (a) to add MEF as lead; and (b) to move the date to 2027.",
            ["We ask (a) to add MEF as lead; and ", "(b) to move the date to 2027."],
        ),
        (
            "The list lacks banks.\n\nAlso, the timeline is too short.",
            ["The list lacks banks.\n\n", "Also, the timeline is too short."],
        ),
        (
            "Agensi utama tidak jelas. Selain itu, tempoh terlalu singkat. Kedua, tiada bajet.",
            ["Agensi utama tidak jelas. ", "Selain itu, tempoh terlalu singkat. ", "Kedua, tiada bajet."],
        ),
        (
            "- the lead agency is missing\n- the budget is not secured",
            ["- the lead agency is missing\n", "- the budget is not secured"],
        ),
        (
            "(i) the lead agency is missing;\n(ii) the budget is not secured;\n(iii) Sabah is left out",
            [
                "(i) the lead agency is missing;\n",
                "(ii) the budget is not secured;\n",
                "(iii) Sabah is left out",
            ],
        ),
    ],
)
def test_a_comment_with_several_points_is_cut_between_them(text, expected):
    assert points(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sections 3(a) and 3(b) contradict each other.",
        "See paragraphs (a) and (b) of the annex, which say the opposite of each other in two places.",
        "Activity 1.1.3 lacks a lead agency. The Ministry of Home Affairs could be named.",
        "The workers also need a hotline.",
        "Agreed.",
        "",
    ],
)
def test_a_comment_with_one_point_stays_whole(text):
    assert points(text) == [text]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                "1. ",
                "2. ",
                "(a) ",
                "(b) ",
                "; ",
                "\n",
                "- ",
                "Also, ",
                "Kedua, ",
                "the lead agency is missing",
                ". ",
            ]
        )
    ).map("".join)
)
def test_the_points_joined_are_the_comment(text):
    assert "".join(points(text)) == text
    assert all(points(text)) or text == ""
