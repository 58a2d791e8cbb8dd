"""Child processes that are started again when they die, and stopped in order, with nothing left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.services import process

# A child that lived this long has worked: its next death starts the waiting from the beginning.
HEALTHY_SECONDS = 30.0
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run. `endings` are the signals that stop it, each with the seconds to wait before the next."""

    name: str
    command: tuple[str, ...]
    log: Path
    endings: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 5.0),)
    # What the kernel sends it if this process is killed: the quick ending, as its database goes too.
    orphaned: signal.Signals = signal.SIGTERM
    pass_fds: tuple[int, ...] = ()


@dataclass
class Child:
    """A program and the process that runs it now, if one does."""

    program: Program
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = field(default=0.0)

    def start(self) -> None:
        """Starts it as leader of a process group of its own."""
        process.rotate(self.program.log)
        with self.program.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.env,
                start_new_session=True,
                pass_fds=self.program.pass_fds,
                preexec_fn=_die_with_parent(self.program.orphaned),  # safe: this process has one thread
            )
        self.started = time.monotonic()

    def tend(self) -> str | None:
        """Starts it again when it has ended and its waiting time is over; returns a sentence to tell then."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return None
            self._kill_group()
            self.process = None
            if now - self.started > HEALTHY_SECONDS:
                self.wait = FIRST_WAIT
            self.due = now + self.wait
            return f"{self.program.name} ended ({_ending(code)}) and is started again; see {self.program.log}"
        if now >= self.due:
            self.wait = min(self.wait * 2, LONGEST_WAIT)
            self.start()
        return None

    def stop(self) -> None:
        """Asks it to end, with each of its signals in turn, then kills what is left of its group."""
        if self.process is None:
            return
        for number, seconds in self.program.endings:
            if self.process.poll() is None:
                self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)
        self._kill_group()
        self.process.wait()
        self.process = None

    def _kill_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Supervisor:
    """Keeps children alive inside `with`, and stops them in the order given on leaving."""

    children: Sequence[Child]
    say: Callable[[str], None]

    def __enter__(self) -> Supervisor:
        for child in self.children:
            child.start()
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            child.stop()

    def tend(self) -> None:
        """One look at every child."""
        for child in self.children:
            sentence = child.tend()
            if sentence:
                self.say(sentence)

    def pids(self) -> dict[str, int]:
        """The processes that run now, by name."""
        return {child.program.name: child.process.pid for child in self.children if child.process is not None}


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Runs in the child before the program: asks the kernel for `number` when this process dies, even by SIGKILL."""
    parent = os.getpid()

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(number))
            if os.getppid() != parent:  # it died in between
                os._exit(1)

    return ask
