"""What became of each clause is told by its words and its place."""

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.lineage import Node, declared, lineage, lineage_json

NAPFL = Path(__file__).parents[3] / "shared" / "data" / "napfl"
DRAFT = [
    Node("1", "Background", "heading", "1."),
    Node(
        "1.1",
        "Forced labour is a serious problem in the country. It is often hidden from view.",
        "para",
        "1.1",
        "1",
    ),
    Node("1.2", "The Ministry reports on the results of the plan every year.", "para", "1.2", "1"),
    Node("1.3", "Conduct training for labour inspectors on forced labour.", "para", "1.3", "1"),
    Node("2", "Governance", "heading", "2."),
    Node("2.1", "The Steering Committee meets twice a year and publishes minutes.", "para", "2.1", "2"),
    Node("2.2", "Conduct training for employers on forced labour.", "para", "2.2", "2"),
    Node("2.3", "A hotline takes complaints in eight languages at any time of the day.", "para", "2.3", "2"),
]


def draft(*clauses):
    """Write a draft from keys of the one above, or (key, text, number, parent) for what differs."""
    known = {node.key: node for node in DRAFT}
    return [
        known[one] if isinstance(one, str) else Node(one[0], one[1], "para", one[2], one[3])
        for one in clauses
    ]


def told(after):
    return {(one.before, one.after): one.kind for one in lineage(DRAFT, after) if one.kind != "kept"}


ALL = [node.key for node in DRAFT]


@pytest.mark.parametrize(
    ("after", "expected", "because"),
    [
        (draft(*ALL), {}, "nothing changed"),
        (
            draft(
                "1",
                "1.1",
                ("x", "The Ministry reports on the results of the plan twice a year.", "1.2", "1"),
                *ALL[3:],
            ),
            {(("1.2",), ("x",)): "edited"},
            "a word changed",
        ),
        (
            draft("1", "1.1", ("x", DRAFT[3].text, "1.2", "1"), *ALL[4:]),
            {(("1.2",), ()): "deleted", (("1.3",), ("x",)): "renumbered"},
            "a clause went, the next took its number",
        ),
        (
            draft(*ALL[:6], ("x", DRAFT[7].text, "2.2", "2")),
            {(("2.2",), ()): "deleted", (("2.3",), ("x",)): "renumbered"},
            "training for inspectors is not what training for employers became",
        ),
        (
            draft("1", "1.1", "1.3", "2", "2.1", "2.2", "2.3", ("x", DRAFT[2].text, "2.4", "2")),
            {(("1.2",), ("x",)): "moved"},
            "a clause stands under another heading",
        ),
        (
            draft(
                *("1", "1.1", "1.3", "2", "2.1", "2.2", "2.3"),
                ("x", "The Ministry reports on results of the plan every year.", "2.4", "2"),
            ),
            {(("1.2",), ("x",)): "moved+edited"},
            "and lost a word there",
        ),
        (
            draft(
                "1",
                ("x", "Forced labour is a serious problem in the country.", "1.1", "1"),
                ("y", "It is often hidden from view.", "1.2", "1"),
                *ALL[2:],
            ),
            {(("1.1",), ("x", "y")): "split"},
            "one clause became two",
        ),
        (
            draft("1", ("x", f"{DRAFT[1].text} {DRAFT[2].text}", "1.1", "1"), *ALL[3:]),
            {(("1.1", "1.2"), ("x",)): "merged"},
            "two clauses became one",
        ),
        (
            draft(*ALL, ("x", "An independent review is held in the third year.", "2.4", "2")),
            {((), ("x",)): "new"},
            "a clause came",
        ),
    ],
)
def test_a_clause_became_this(after, expected, because):
    assert told(after) == expected, because


NODES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Conduct training.",
                "Report every year on results.",
                "Goal",
                "",
                "2023",
                "The plan ends in 2030.",
            ]
        ),
        st.sampled_from(["para", "heading", "activity"]),
    ),
    max_size=10,
)


@settings(deadline=None, max_examples=120)
@given(NODES, NODES)
def test_every_clause_is_named_exactly_once(before, after):
    old = [Node(f"a{n}", text, kind) for n, (text, kind) in enumerate(before)]
    new = [Node(f"b{n}", text, kind) for n, (text, kind) in enumerate(after)]
    found = lineage(old, new)
    assert sorted(key for one in found for key in one.before) == sorted(node.key for node in old)
    assert sorted(key for one in found for key in one.after) == sorted(node.key for node in new)
    for one in found:
        assert (one.kind == "new") == (not one.before)
        assert (one.kind == "deleted") == (not one.after)
        assert 0 <= one.likeness <= 1


@settings(deadline=None, max_examples=60)
@given(NODES)
def test_what_is_called_kept_was_not_changed(clauses):
    nodes = [Node(f"a{n}", text, kind) for n, (text, kind) in enumerate(clauses)]
    text_of = {node.key: node.text for node in nodes}
    for one in lineage(nodes, nodes[::-1]):
        if one.kind == "kept":
            assert text_of[one.before[0]] == text_of[one.after[0]]
    assert all(one.kind == "kept" for one in lineage(nodes, nodes))


@settings(deadline=None, max_examples=120)
@given(NODES, NODES, st.data())
def test_what_people_declare_is_told_as_they_said_it_and_every_clause_once(before, after, data):
    old = [Node(f"a{n}", text, kind) for n, (text, kind) in enumerate(before)]
    new = [Node(f"b{n}", text, kind) for n, (text, kind) in enumerate(after)]
    links, free = [], list(range(len(new)))
    for n in range(len(old)):
        taken = [
            free.pop(data.draw(st.integers(0, len(free) - 1)))
            for _ in range(data.draw(st.integers(0, min(2, len(free)))))
        ]
        links.append(([n], taken))
    found = declared(old, new, links)
    assert sorted(key for one in found for key in one.before) == sorted(node.key for node in old)
    assert sorted(key for one in found for key in one.after) == sorted(node.key for node in new)
    said = {(f"a{ours[0]}",): tuple(sorted(f"b{n}" for n in theirs)) for ours, theirs in links}
    assert {one.before: tuple(sorted(one.after)) for one in found if one.before} == said
    for one in found:
        assert (one.kind == "split") == (len(one.after) > 1)
        if one.kind == "kept":
            assert before[int(one.before[0][1:])][0].split() == after[int(one.after[0][1:])][0].split()


def test_declared_links_in_their_old_order_did_not_move():
    after = draft("1", "1.1", "1.2", "2", "2.1", "2.3", "2.2")
    links = [([n], [[node.key for node in after].index(key)]) for n, key in enumerate(ALL) if key != "1.3"]
    kinds = {one.before: one.kind for one in declared(DRAFT, after, links)}
    assert kinds[("1.3",)] == "deleted"
    assert sorted(kind for kind in kinds.values() if kind == "moved") == ["moved"]


def test_the_command_names_clauses_by_their_number_in_each_draft():
    clause = {
        "wid": "c1",
        "eid": "chp_1__para_1",
        "number": "1.1",
        "kind": "para",
        "text": "A hotline.",
        "parent": None,
    }
    later: dict[str, object] = {**clause, "wid": "c9", "eid": "chp_1__para_2", "number": "1.2", "fields": {}}
    assert lineage_json([clause], [later]) == [
        {
            "from": ["chp_1__para_1"],
            "to": ["chp_1__para_2"],
            "kind": "renumbered",
            "similarity": 1.0,
            "renumbered": False,
            "sure": True,
        }
    ]


def test_a_changed_cell_of_a_table_entry_is_an_edit():
    before = Node("o", "Systems for data.", "outcome", "1.3", fields=(("Timeline", "2022"),))
    after = Node("o", "Systems for data.", "outcome", "1.3", fields=(("Timeline", "2023"),))
    assert [one.kind for one in lineage([before], [after])] == ["edited"]


@pytest.mark.skipif(not NAPFL.exists(), reason="the sample drafts are not here")
def test_every_change_of_the_sample_redraft_comes_out_as_its_truth_says():
    told_ = json.loads((NAPFL / "napfl-v2-truth.json").read_text())["paragraphs"]
    drafts = []
    for version in ("v1", "v2"):
        rows = sorted(
            (one for one in told_ if one[version] and one["kind"] != "toc"),
            key=lambda one: one[version]["ord"],
        )
        drafts.append([node(one["id"], one["kind"], one[version]) for one in rows])
    status = {one["id"]: one["status"] for one in told_}
    for one in lineage(*drafts):
        assert len(one.before) <= 1
        assert len(one.after) <= 1
        (key, *others) = {*one.before, *one.after}
        assert not others
        assert {"kept": "unchanged"}.get(one.kind, one.kind) == status[key]


def node(key, kind, version):
    number = version["label"] or ""
    text = version["text"]
    if version["numbering"] == "typed":
        text = re.sub(rf"^\s*{re.escape(number)}[\s.]*", "", text)
    return Node(key, text, kind, number)


def test_in_two_drafts_of_fifteen_hundred_clauses_every_one_is_matched_with_itself():
    rng = random.Random(3)
    words = [
        f"{a}{b}" for a in ("ka", "le", "mi", "no", "pu", "ra") for b in ("tan", "sel", "dor", "bik", "gum")
    ]
    before = [Node(str(n), " ".join(rng.choices(words, k=25)), number=str(n)) for n in range(1_500)]
    after = [
        Node(one.key, one.text.replace("katan", "katan baru", 1), number=one.number)
        for n, one in enumerate(before)
        if n % 13
    ]
    found = lineage(before, after)
    assert all(one.before == one.after for one in found if one.after)
    assert sum(one.kind == "deleted" for one in found) == 1_500 - len(after)
