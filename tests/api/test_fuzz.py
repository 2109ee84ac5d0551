"""A schema-driven fuzzer on a running portal: nothing breaks, nothing undocumented is answered, no
invalid body is taken.

``FUZZ_CASES`` says how many cases at least (else 10,000; CI asks for half of them); each sign-in
makes its share.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import Caller, RunningPortal, running_portal

pytestmark = pytest.mark.fuzz

CASES = int(os.environ.get("FUZZ_CASES") or 10_000)
SIGN_INS = ("resident1", "organization", "owner", "committee")
USUAL = ["2xx", "3xx", "401", "403", "404", "409", "429"]

BEYOND_SCHEMAS = {
    # What no schema can say: which of two fields is given, what comes before what, what exists.
    "get_statistics_suggestions",
    "post_activities",
    "post_commitments_milestones_by_commitment_id",
    "post_commitments_move_by_commitment_id",
    "post_service_records",
    "post_merchants_offers_by_merchant_id",
    "post_me_points_gifts",
    "post_consultations",
    "post_consultations_ballots_by_consultation_id",
    "post_consultations_close_by_consultation_id",
    "post_consultations_comments_by_consultation_id",
    "post_consultations_decide_by_consultation_id",
    "post_consultations_extend_by_consultation_id",
    "post_consultations_mergers_by_consultation_id",
    "post_consultations_options_amendments_by_consultation_id_by_option_id",
    "post_consultations_options_versions_by_consultation_id_by_option_id",
    "post_consultations_proposals_by_consultation_id",
    "post_consultations_roll_changes_by_consultation_id",
    "post_consultations_rule_by_consultation_id",
    "post_consultations_studies",
    "post_consultations_talks_by_consultation_id",
    "post_regions_covenant_by_code",
    "post_suggestions",
    "post_suggestions_dispatch_by_suggestion_id",
    "post_suggestions_photos_by_suggestion_id",
    "post_suggestions_merge_by_suggestion_id",
    "post_suggestions_return_by_suggestion_id",
    "post_suggestions_whistle_by_suggestion_id",
}
MAY_BE_TOO_LARGE = "post_consultations_paper_tally_by_consultation_id"
"""Its schema allows for more than the megabyte that any body may have."""
MAY_BE_ABOUT_NOTHING = "get_consultations_rule_by_consultation_id"
"""A new vote is about no rule: it is there, and this is not."""
REFUSED = ["400", "401", "403", "404", "405", "409", "413", "415", "422"]
ENDS_THE_TOKEN = "delete_tokens_current"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    folder = tmp_path_factory.mktemp("fuzz")
    with running_portal(folder, LOG_LEVEL="ERROR") as running:
        running.start()
        _hold_votes(running.caller().sign_in("committee@demo.example"))
        yield running


def _hold_votes(committee: Caller) -> None:
    """One consultation in each state."""
    steps = ("start-discussion", "open", "close")
    for taken in range(len(steps) + 1):
        plan = {
            "title": "哪一样先做",
            "question": "先做哪一样？",
            "region_code": "150402010003",
            "method": "approval",
            "options": [{"title": "长椅", "text": "放在树下。漆成红色。"}, {"title": "路灯"}],
            "proposals_allowed": True,
        }
        vote = committee.must("POST", "/consultations", plan, status=201)
        for step in steps[:taken]:
            committee.must("POST", f"/consultations/{vote['id']}/{step}")


@pytest.mark.parametrize("login", SIGN_INS)
def test_the_api_keeps_its_word(login: str, portal: RunningPortal, tmp_path: Path) -> None:
    caller = portal.caller().sign_in(f"{login}@demo.example")
    document = caller.must("GET", "/openapi.json")
    operations = sum(len(each) for each in document["paths"].values())
    most = max(5, CASES // (operations * len(SIGN_INS)))
    settings = _settings(caller, document)
    settings["generation"] = {"max-examples": most}
    settings["operations"].append({"include-operation-id": ENDS_THE_TOKEN, "enabled": False})
    made = _run(portal, caller, settings, tmp_path)
    assert made >= CASES / len(SIGN_INS), f"{made} cases are too few"


def test_a_token_that_may_end_at_any_time(portal: RunningPortal, tmp_path: Path) -> None:
    caller = portal.caller().sign_in("resident2@demo.example")
    settings = _settings(caller, caller.must("GET", "/openapi.json"))
    arguments = ["--include-operation-id", ENDS_THE_TOKEN, "-n", "20"]
    assert _run(portal, caller, settings, tmp_path, *arguments) > 0


def _run(
    portal: RunningPortal, caller: Caller, settings: dict[str, Any], folder: Path, *more: str
) -> int:
    """Run the fuzzer; returns the number of cases, fails with what it found."""
    (folder / "schemathesis.toml").write_text(_toml(settings))
    report = folder / "report.json"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from schemathesis.cli import schemathesis; schemathesis()",
            "--config-file",
            str(folder / "schemathesis.toml"),
            "run",
            f"http://127.0.0.1:{caller.port}/api/v1/openapi.json",
            "--header",
            f"Authorization: Bearer {caller.token}",
            "--checks=all",
            "--continue-on-failure",
            "--output-truncate=false",
            "--report=json",
            f"--report-json-path={report}",
            *more,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert portal.caller().request("GET", "/healthz").status == 200
    return int(json.loads(report.read_text())["test_cases"]["generated"])


def _settings(caller: Caller, document: dict[str, Any]) -> dict[str, Any]:
    known = _known_ids(caller)
    return {
        "dictionaries": {name: {"values": values} for name, values in known.items()},
        "parameters": {f"path.{name}": {"dictionary": name, "probability": 0.5} for name in known},
        "checks": {"positive_data_acceptance": {"expected-statuses": USUAL}},
        "operations": [
            {
                "include-operation-id": operation,
                "checks": {"positive_data_acceptance": {"expected-statuses": [*USUAL, "422"]}},
            }
            for operation in sorted(BEYOND_SCHEMAS | _lists(document))
        ]
        + [
            {
                "include-operation-id": MAY_BE_TOO_LARGE,
                "checks": {
                    "positive_data_acceptance": {"expected-statuses": [*USUAL, "413", "422"]},
                    "negative_data_rejection": {"expected-statuses": REFUSED},
                },
            },
            {
                "include-operation-id": MAY_BE_ABOUT_NOTHING,
                "checks": {"ensure_resource_availability": {"enabled": False}},
            },
        ],
    }


def _lists(document: dict[str, Any]) -> set[str]:
    """Lists refuse every cursor that they did not give."""
    return {
        operation["operationId"]
        for operations in document["paths"].values()
        for operation in operations.values()
        if any(each.get("name") == "cursor" for each in operation["parameters"])
    }


def _known_ids(caller: Caller) -> dict[str, list[str]]:
    """Things that are there, so that the fuzzer gets beyond 404."""
    activities = caller.must("GET", "/activities?limit=100")["items"]
    votes = caller.must("GET", "/consultations?limit=100")["items"]
    found = {
        "activity_id": [each["id"] for each in activities],
        "shift_id": [shift["id"] for each in activities for shift in each["shifts"]],
        "offer_id": _ids(caller, "/offers?limit=100"),
        "merchant_id": _ids(caller, "/merchants?limit=100"),
        "organization_id": _ids(caller, "/organizations?limit=100"),
        "consultation_id": [each["id"] for each in votes],
        "option_id": [option["id"] for each in votes for option in each["options"]],
        "record_id": _ids(caller, "/service-records?limit=100"),
        "signup_id": _ids(caller, "/me/signups?limit=100"),
        "suggestion_id": _ids(caller, "/suggestions?limit=100"),
        "voucher_id": _ids(caller, "/me/vouchers?limit=100"),
        "code": ["1504", "150402", "150402010", "150402010003"],
        "region_code": ["1504", "150402", "150402010", "150402010003", "150402010004"],
    }
    return {name: values for name, values in found.items() if values}


def _ids(caller: Caller, path: str) -> list[str]:
    return [each["id"] for each in caller.must("GET", path)["items"]]


def _toml(settings: dict[str, Any]) -> str:
    """Settings as TOML: inline tables are enough."""
    lines = []
    for name, value in settings.items():
        if isinstance(value, list):
            lines += [f"[[{name}]]\n{_pairs(each)}" for each in value]
        else:
            lines.append(f"[{name}]\n{_pairs(value)}")
    return "\n".join(lines)


def _pairs(table: dict[str, Any]) -> str:
    return "\n".join(f"{json.dumps(name)} = {_inline(value)}" for name, value in table.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(n)} = {_inline(v)}" for n, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    return json.dumps(value)
