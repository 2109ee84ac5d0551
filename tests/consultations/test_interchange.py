"""Files of others: Pabulib and BLT, there and back, and every mistake with its line."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.app import Portal
from portal.consultations.interchange import blt, pabulib
from portal.consultations.interchange.amounts import minor_units, written
from portal.consultations.interchange.errors import UnreadableFile
from portal.consultations.rules.ballots import Method, Option, Terms
from portal.core.errors import Invalid
from tests.consultations.instances import vote

ABOUT = pabulib.Description(
    "院子里做什么?",
    "红山郡社区",
    date(2026, 11, 2),
    date(2026, 11, 16),
    {"o1": "长凳; “老人”专用", "o2": 'A "lamp"\nby the gate'},
)
TERMS = Terms(
    Method.EQUAL_SHARES, (Option("o1", 1_234_500), Option("o2", 99_950)), budget=2_000_000
)

FILE = """\
META
key;value
description;Courtyard
country;China
unit;Hongshan
instance;2026
num_projects;2
num_votes;3
budget;1000,50
vote_type;approval
rule;greedy
date_begin;02.11.2026
date_end;16.11.2026
PROJECTS
project_id;cost;name
1;600;Bench
x-2;400.25;"Lamp; bright"
VOTES
voter_id;age;vote
a;70;1,x-2
b;8;x-2
c;;
"""


def test_a_written_file_to_the_letter() -> None:
    assert pabulib.write(TERMS, [["o1", "o2"], [], ["o2"]], ["o2"], ABOUT) == (
        "META\nkey;value\ndescription;院子里做什么?\ncountry;China\nunit;红山郡社区\n"
        "instance;2026\nnum_projects;2\nnum_votes;3\nbudget;20000\nvote_type;approval\n"
        "rule;equalshares/add1\ndate_begin;02.11.2026\ndate_end;16.11.2026\nmin_length;0\n"
        "max_length;2\nlanguage;zh\ncurrency;CNY\n"
        "PROJECTS\nproject_id;cost;votes;name;selected\n"
        'o1;12345;1;"长凳; “老人”专用";0\n'
        'o2;999.50;2;"A ""lamp"" by the gate";1\n'
        "VOTES\nvoter_id;vote\n1;o1,o2\n2;\n3;o2\n"
    )


def test_what_is_written_other_readers_split_alike() -> None:
    """pabutools splits lines first, then reads cells: no title may break that."""
    crooked = {"o1": "a\u2028b\x85c\x0cd\re", "o2": "PROJECTS"}
    about = pabulib.Description("x", "y", ABOUT.begins, ABOUT.ends, crooked)
    text = pabulib.write(TERMS, [["o1"]], [], about)
    assert list(csv.reader(text.splitlines(), delimiter=";")) == list(
        csv.reader(text.split("\n")[:-1], delimiter=";")
    )
    assert pabulib.read(text.encode()).projects[0].name == "a b c d e"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([Method.BUDGET_GREEDY, Method.EQUAL_SHARES]))
def test_a_vote_comes_back_as_it_was_written(seed: int, method: Method) -> None:
    held = vote(seed, method)
    titles = {option_id: f"Option {option_id}" for option_id in held.terms.option_ids}
    about = pabulib.Description("x", "y", ABOUT.begins, ABOUT.ends, titles)
    read = pabulib.read(pabulib.write(held.terms, held.ballots, [], about).encode())
    assert read.budget == held.terms.budget
    assert {project.id: project.cost for project in read.projects} == held.terms.costs
    assert [list(chosen) for chosen in read.votes] == held.ballots


def test_a_file_of_others_is_read() -> None:
    read = pabulib.read(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    assert read.budget == 100_050
    assert read.projects == (
        pabulib.Project("1", 60_000, "Bench"),
        pabulib.Project("x-2", 40_025, "Lamp; bright"),
    )
    assert read.votes == (("1", "x-2"), ("x-2",), ())
    assert not read.ranked
    assert read.meta["unit"] == "Hongshan"


def test_ordinal_votes_keep_their_order() -> None:
    text = FILE.replace("vote_type;approval", "vote_type;ordinal").replace("1,x-2", "x-2,1")
    read = pabulib.read(text.encode())
    assert read.ranked
    assert read.votes[0] == ("x-2", "1")


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("META\n", "", 1, "META"),
        ("num_votes;3", "num_votes;4", 8, "num_votes"),
        ("num_projects;2", "num_projects;1", 7, "num_projects"),
        ("budget;1000,50", "budget;much", 9, "much"),
        ("budget;1000,50", "budget;1.234", 9, "1.234"),
        ("budget;1000,50\n", "", None, "budget"),
        ("vote_type;approval\n", "", None, "vote_type"),
        ("approval", "cumulative", 10, "cumulative"),
        ("1;600;Bench", "1;;Bench", 16, "cost"),
        ("1;600;Bench", "1;-6;Bench", 16, "-6"),
        ("1;600;Bench", "x-2;600;Bench", 17, "x-2"),
        ("1;600;Bench", "1;600;Bench;more", 16, "4"),
        ("project_id;cost;name", "project_id;cost;cost", 15, "cost"),
        ("a;70;1,x-2", "a;70;1,x-3", 20, "x-3"),
        ("a;70;1,x-2", "a;70;1,1", 20, "“1”"),
        ("b;8;x-2", "a;8;x-2", 21, "20"),
        ("b;8;x-2", "b", 21, "missing"),
        ("c;;\n", "c;;\x00\n", 22, "character"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    app: Portal, old: str, new: str, line: int | None, word: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        with pytest.raises(UnreadableFile) as caught:
            pabulib.read(FILE.replace(old, new, 1).encode())
        assert caught.value.line == line
        assert word in str(caught.value.detail)
        if line is not None:
            assert str(line) in str(caught.value.detail)


@pytest.mark.parametrize(
    "content",
    [b"", b"META", b"\xff\xfe", b"VOTES\nvote\n", b"META\nkey;value\n" + b"x" * 200_000],
)
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        pabulib.read(content)


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_no_file_breaks_the_reader(data: st.DataObject) -> None:
    """Pieces of a good file, put together at random: read or refused, never anything else."""
    pieces = st.sampled_from(
        [*FILE.splitlines(keepends=True), "\n", ";", '"', ",", "\r", "x", "VOTES"]
    )
    text = "".join(data.draw(st.lists(pieces, max_size=30)))
    try:
        read = pabulib.read(text.encode())
    except UnreadableFile:
        return
    assert read.projects


@given(st.integers(0, 10**15))
def test_amounts_come_back(amount: int) -> None:
    assert minor_units(written(amount)) == amount


@pytest.mark.parametrize("text", ["", "-1", "1e3", "1.234", "1,5,0", "١", "nan", "1 000"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        minor_units(text)


# --- BLT --------------------------------------------------------------------------------------

RANKED = Terms(Method.RANKED, (Option("a"), Option("b"), Option("c")))


def test_ranked_ballots_as_blt() -> None:
    text = blt.write(
        RANKED,
        [["b", "a"], ["b", "a"], [], ["c"], ["a", "b", "c"]],
        {"a": "Bench", "b": "Lamp", "c": 'The "old" gate\n'},
        "院子",
    )
    assert text == (
        '3 1\n2 2 1 0\n1 0\n1 1 2 3 0\n1 3 0\n0\n"Bench"\n"Lamp"\n"The ″old″ gate"\n"院子"\n'
    )


def test_blt_of_others_is_read() -> None:
    ballots = "4 2\n-2 # gone\n3 1 3 4 0\n4 1 3 2 0\n1 2 0\n0\n"
    text = ballots + '"Adam"\nBasil\n"Char lotte"\n"Donald"\n"Title"'
    read = blt.read(text.encode())
    assert (read.title, read.seats, read.names[2]) == ("Title", 2, "Char lotte")
    assert read.withdrawn == {1}
    assert read.ballots == ((3, (0, 2, 3)), (4, (0, 2)), (1, ()))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([Method.RANKED, Method.SCHULZE]))
def test_ranked_ballots_come_back(seed: int, method: Method) -> None:
    held = vote(seed, method)
    ids = list(held.terms.option_ids)
    read = blt.read(
        blt.write(held.terms, held.ballots, dict(zip(ids, ids, strict=True)), "t").encode()
    )
    assert list(read.names) == ids
    back = [
        [ids[place] for place in ranks] for weight, ranks in read.ballots for _ in range(weight)
    ]
    assert sorted(back) == sorted(held.ballots)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("0 1", 1),
        ("2 1\n1 3 0", 2),
        ("2 1\n1 1 1 0", 2),
        ("2 1\n1 1=2 0", 2),
        ("2 1\n1 x 0", 2),
        ('2 1\n\n1 1 0\n0\n"A', 5),
        ('2 1\n1 1 0\n0\n"A"\n', 4),
        ("2 1\n1 -1 0", 2),
    ],
)
def test_a_mistake_in_blt_is_told_with_its_line(app: Portal, text: str, line: int) -> None:
    with pytest.raises(UnreadableFile) as caught:
        blt.read(text.encode())
    assert caught.value.line == line


def test_a_method_without_a_place_in_the_format_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no ranks"):
        blt.write(TERMS, [], {}, "t")
    with pytest.raises(ValueError, match="no vote on a budget"):
        pabulib.write(RANKED, [], [], ABOUT)
