"""What the demo is made of fits the portal's own lists."""

from __future__ import annotations

import csv

from stdnum.cn import uscc

from portal.activities.rules import Category as ActivityCategory
from portal.app import Portal
from portal.config import Settings
from portal.consultations.rules.ballots import Method
from portal.consultations.rules.life import Status
from portal.consultations.rules.sentences import sentences
from portal.demo import cast, services
from portal.demo.ballots import VOTES
from portal.demo.organizations import ORGANIZATIONS, credit_code
from portal.demo.programme import PROGRAMME, REPORTED_AFTERWARDS
from portal.demo.shops import SHOPS
from portal.demo.vote_shapes import Becomes
from portal.demo.words import COMMENTS, COMMENTS_ON
from portal.market.rules import Category, Kind


def test_people_are_always_the_same() -> None:
    once = [cast.neighbour(f"resident{number}", 2026) for number in range(1, 301)]
    assert once == [cast.neighbour(f"resident{number}", 2026) for number in range(1, 301)]
    assert len({person.name for person in once}) > 200
    ages = [2026 - person.birth_date.year for person in once]
    assert min(ages) >= 16
    assert max(ages) > 75


def test_every_sign_in_of_the_demo_has_a_word_to_it() -> None:
    assert f"resident1@{cast.DOMAIN}" in cast.SIGN_INS
    assert all(str(words) for words in cast.SIGN_INS.values())


def test_the_divisions_are_those_of_one_district() -> None:
    rows = list(csv.DictReader(services.DIVISIONS.read_text(encoding="utf-8").splitlines()))
    codes = {row["code"] for row in rows}
    assert {"1504", "150402", "150402010", cast.COMMUNITY, cast.NEXT_COMMUNITY} <= codes
    assert all(row["parent_code"] in codes for row in rows if row["level"] != "city")
    assert sum(row["level"] == "community" for row in rows) > 80
    assert sum(row["level"] == "grid" for row in rows) == 4


def test_credit_codes_have_their_check_character() -> None:
    codes = [credit_code("52", number) for number in range(200)]
    assert all(uscc.is_valid(code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_kinds_and_categories_are_known() -> None:
    hosts = {organization.key for organization in ORGANIZATIONS} | {None}
    assert {activity.host for activity in PROGRAMME} <= hosts
    assert {activity.category for activity in PROGRAMME} <= set(ActivityCategory)
    assert {category for _, _, category, _ in REPORTED_AFTERWARDS} <= set(ActivityCategory)
    assert {shop.category for shop in SHOPS} <= set(Category)
    assert {offer.kind for shop in SHOPS for offer in shop.offers} <= set(Kind)
    assert len(SHOPS) == 12


def test_words_of_praise_are_many_and_fit_their_stars() -> None:
    assert set(COMMENTS) == {1, 2, 3, 4, 5}
    said = [words for fitting in (*COMMENTS.values(), *COMMENTS_ON.values()) for words in fitting]
    assert len(said) == len(set(said)) > 30
    assert set(COMMENTS_ON) <= set(ActivityCategory)
    assert {star for each in ORGANIZATIONS for star in each.stars} <= set(COMMENTS)


def test_the_votes_are_of_every_state_and_method_and_whole() -> None:
    assert {vote.ends for vote in VOTES} == set(Status)
    assert {vote.method for vote in VOTES} == set(Method)
    assert len({vote.title for vote in VOTES}) == len(VOTES)
    for vote in VOTES:
        assert all(len(camp.leanings) == len(vote.costs) for camp in vote.camps), vote.title
        assert sum(camp.share for camp in vote.camps) in (0, 100), vote.title
        replies = [(place, answers) for place, (_who, _text, answers) in enumerate(vote.said)]
        assert all(answers is None or answers < place for place, answers in replies), vote.title
        assert (vote.ends == "decided") is (vote.decision is not None), vote.title


def test_what_is_talked_over_names_what_is_there() -> None:
    for vote in VOTES:
        told, most = vote.talked_over, len(vote.costs)
        for merger in told.mergers:
            assert all(place < len(told.proposals) for place in merger.parts), vote.title
        for talk in told.talks:
            assert all(option is None or option < most for _text, option in talk.raised), talk.title
        said = [place for place, _number in told.helpful] + [flag.place for flag in told.flags]
        assert all(place < len(vote.said) for place in said), vote.title
        for amendment in told.amendments:
            versions = [each.text for each in told.rewordings if each.option == amendment.option]
            texts = [vote.options[amendment.option].text, *versions]
            assert any(amendment.old in sentences(text) for text in texts), amendment.old
        for promise in vote.decision.promises if vote.decision else ():
            steps = {title for title, _days in promise.steps}
            done = {each.text for each in promise.then if each.what is Becomes.STEP_DONE}
            assert done <= steps, promise.title


def test_the_demo_is_for_demo_mode_only(app: Portal) -> None:
    settings = app.settings
    app.settings = Settings(**{**vars(settings), "demo": False})
    try:
        done = app.test_cli_runner().invoke(args=["demo", "load"])
    finally:
        app.settings = settings
    assert done.exit_code == 1
    assert "DEMO=1" in done.output
    assert not services.is_loaded()
