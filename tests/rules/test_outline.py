"""How a draft falls into sections."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans.outline import FULL, Node, depths, rehung, sections, untils
from app.plans.rules import NOT_CONSULTED, Kind


def heading(level: int, parent: int | None = None) -> Node:
    return Node(Kind.HEADING, level, parent)


def paragraph(parent: int | None = None) -> Node:
    return Node(Kind.PARAGRAPH, 0, parent)


def hung(nodes: list[Node]) -> list[Node]:
    return [Node(n.kind, n.level, p) for n, p in zip(nodes, rehung(nodes), strict=True)]


@st.composite
def drafts(draw) -> list[Node]:
    """Any document: headings of any level, paragraphs, items and table entries under what came before."""
    nodes: list[Node] = []
    for here in range(draw(st.integers(1, 150))):
        kind = draw(st.sampled_from([*Kind, Kind.PARAGRAPH, Kind.PARAGRAPH, Kind.HEADING]))
        parent = draw(st.integers(0, here - 1)) if here and draw(st.booleans()) else None
        nodes.append(Node(kind, draw(st.integers(1, 6)), parent))
    return nodes


def test_what_comes_before_the_first_heading_is_the_opening_section():
    nodes = [Node(Kind.TITLE, 0, None), paragraph(), heading(1), paragraph(2)]
    assert sections(nodes) == [0, 0, 2, 2]


def test_a_line_of_contents_is_read_in_no_section():
    nodes = [Node(Kind.TITLE, 0, None), Node(Kind.TOC, 1, None), heading(1), paragraph(2)]
    assert sections(nodes) == [0, None, 2, 2]


def test_a_deeper_heading_begins_a_section_only_where_its_section_is_too_full():
    short = hung([heading(1), heading(2), heading(3), paragraph(), heading(3), paragraph()])
    assert sections(short) == [0, 1, 1, 1, 1, 1]
    long = hung([heading(1), heading(2), heading(3), *[paragraph()] * 30, heading(3), *[paragraph()] * 20])
    assert sorted({s for s in sections(long) if s is not None}) == [0, 1, 2, 33]


def test_levels_are_compared_and_not_counted():
    nodes = hung([heading(1), heading(3), paragraph(), heading(5), paragraph()])
    assert depths(nodes) == [1, 2, 0, 3, 0]
    assert sections(nodes) == [0, 1, 1, 1, 1]


def test_a_document_without_headings_is_one_section():
    assert sections([paragraph() for _ in range(FULL)]) == [0] * FULL


def test_a_long_document_without_headings_is_divided_at_whole_clauses():
    nodes: list[Node] = []
    for _ in range(50):  # a paragraph and two items below it
        at = len(nodes)
        nodes += [paragraph(), Node(Kind.ITEM, 1, at), Node(Kind.ITEM, 1, at)]
    found = sections(nodes)
    heads = sorted({s for s in found if s is not None})
    assert 3 <= len(heads) <= 5
    assert all(nodes[head].kind is Kind.PARAGRAPH for head in heads)


def test_a_full_table_is_divided_at_its_goals():
    nodes = [heading(1)]
    for _ in range(2):
        goal = len(nodes)
        nodes.append(Node(Kind.GOAL, 0, 0))
        nodes += [Node(Kind.ACTIVITY, 0, goal) for _ in range(30)]
    assert sorted({s for s in sections(nodes) if s is not None}) == [0, 1, 32]


def test_until_is_the_last_clause_below():
    nodes = hung([heading(1), paragraph(), Node(Kind.ITEM, 1, 1), heading(2), paragraph(), heading(1)])
    assert untils(nodes) == [4, 2, 2, 4, 4, 5]


def test_what_a_heading_ceased_to_head_goes_to_the_heading_before_it():
    nodes = [heading(1), Node(Kind.PARAGRAPH, 0, 0), Node(Kind.PARAGRAPH, 0, None), Node(Kind.ITEM, 1, 2)]
    assert rehung(nodes) == [None, 0, 0, 2]


@settings(deadline=None, max_examples=60)
@given(drafts())
def test_every_clause_that_is_consulted_on_is_read_in_exactly_one_stretch(nodes: list[Node]):
    found = sections(nodes)
    read = [s for s, n in zip(found, nodes, strict=True) if n.kind not in NOT_CONSULTED]
    assert None not in read
    assert all(s is None for s, n in zip(found, nodes, strict=True) if n.kind in NOT_CONSULTED)
    assert [s for i, s in enumerate(read) if not i or read[i - 1] != s] == sorted(set(read))  # type: ignore[type-var]
    assert all(found[s] == s for s in read if s is not None)


@settings(deadline=None, max_examples=60)
@given(drafts())
def test_headings_of_the_first_two_depths_always_begin_a_section(nodes: list[Node]):
    found = sections(nodes)
    assert all(found[i] == i for i, d in enumerate(depths(nodes)) if 0 < d <= 2)


@settings(deadline=None, max_examples=60)
@given(drafts())
def test_everything_up_to_until_lies_below(nodes: list[Node]):
    def above(here: int) -> set[int]:
        found = set()
        parent = nodes[here].parent
        while parent is not None:
            found.add(parent)
            parent = nodes[parent].parent
        return found

    for here, until in enumerate(untils(nodes)):
        assert until >= here
        assert all(here in above(below) for below in range(here + 1, until + 1))


@settings(deadline=None, max_examples=60)
@given(drafts())
def test_rehanging_twice_changes_nothing_more(nodes: list[Node]):
    once = hung(nodes)
    assert hung(once) == once
    assert all(n.parent is None or n.parent < i for i, n in enumerate(once))
