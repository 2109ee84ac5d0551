"""Workers are killed in the middle, with no chance to tidy up: everybody is told once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.app import Portal
from portal.config import ROOT
from portal.core import jobs, outbox
from portal.core.database import db
from portal.core.messages import OutgoingMessage
from portal.core.unit_of_work import unit_of_work
from portal.notifications.models import Notification
from tests import world

KILLS = int(os.environ.get("TELLING_KILLS", "100"))
PEOPLE = 100 * KILLS

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("world")]


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def start_worker(app: Portal) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DATABASE_URL": app.settings.database_url,
        "SECRET_KEY": app.settings.secret_key,
        "INSTANCE_PATH": str(app.settings.instance_path),
        "DEMO": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "portal", "jobs", "run", "--once"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_kill_9_neither_loses_nor_doubles(app: Portal) -> None:
    people = world.make_users(PEOPLE)
    with unit_of_work():
        for person in people:
            outbox.emit(
                "notify", user_id=person, kind="activity.approved", params={"title": "t"}, url="/"
            )
    killed_at = []
    for n in range(KILLS):
        goal = count(Notification) + 10 + 7 * (n % 11)
        worker = start_worker(app)
        try:
            until = time.monotonic() + 60
            while count(Notification) < goal and worker.poll() is None:
                assert time.monotonic() < until, "the worker tells nobody anything"
                time.sleep(0.01)
        finally:
            worker.kill()
            worker.wait()
        killed_at.append(count(Notification))
    assert killed_at[0] < PEOPLE, "the first worker was through before it was killed"
    jobs.run_until_quiet()
    assert count(Notification) == PEOPLE
    told = db.session.execute(select(func.count(Notification.user_id.distinct()))).scalar_one()
    assert told == PEOPLE
    assert count(OutgoingMessage) == PEOPLE
