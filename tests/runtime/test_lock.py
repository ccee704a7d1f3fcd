import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pole.runtime.lock import Lock
from pole.runtime.problems import AlreadyRunning

ROOT = Path(__file__).resolve().parents[2]
HOLD = (
    "import sys, time; from pathlib import Path; from pole.runtime.lock import Lock\n"
    "Lock(Path(sys.argv[1])).take()\n"
    "print('held', flush=True); time.sleep(600)"
)


def test_a_second_holder_is_told_who_holds_it_until_that_one_is_gone(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "lock"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(AlreadyRunning, match=rf"process {holder.pid}\): stop it"):
        Lock(tmp_path / "lock").take()
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    lock = Lock(tmp_path / "lock")
    lock.take()
    lock.release()
