"""One training step at a time, in a process of its own.

A server reads `step`, `replay` and `quit`, one a line, and answers each with one JSON object a line. An object that lacks
the key that was asked for is kept as a description of what the server runs.
"""

import json
import os
import select
import subprocess
import tempfile
import time


class ServerError(Exception):
    """A server that could not start, ended, answered nonsense or was too slow."""

    def __init__(self, text: str, exit_status: int | None = None, last_words: list[str] | None = None):
        super().__init__(text)
        # How it ended, None while it lives, and the end of what it wrote to stderr.
        self.exit_status, self.last_words = exit_status, last_words or []


class Refusal(Exception):
    """An answer that says why there is none; the server lives on."""


class Server:
    def __init__(self, name: str, command: list[str], environment: dict[str, str], timeout: float):
        self.name, self.command, self.timeout = name, command, timeout
        self.description: dict = {}
        self._log = tempfile.TemporaryFile()
        self._unread = b""
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, env=environment, bufsize=0
            )
        except OSError as error:
            raise ServerError(f"{name}: {command[0]}: {error.strerror}") from None

    def step(self) -> dict:
        try:
            return self._ask("step", "seconds")
        except Refusal as refusal:
            raise self._failure(str(refusal)) from None

    def replay(self) -> dict | None:
        """The last step's matrix products alone; None where the server has no such command. Spoils the weights."""
        try:
            return self._ask("replay", "seconds")
        except Refusal:
            return None

    def quit(self) -> dict:
        try:
            answer = self._ask("quit", "peak_rss_bytes")
        except Refusal as refusal:
            raise self._failure(str(refusal)) from None
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
        return answer

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self._log.close()

    def cpu_seconds(self) -> float:
        """Processor time of all its threads so far."""
        try:
            with open(f"/proc/{self.process.pid}/stat") as stat:
                # The program's name, in brackets, may hold blanks.
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _ask(self, command: str, key: str) -> dict:
        try:
            self.process.stdin.write(command.encode() + b"\n")
        except BrokenPipeError:
            raise self._failure("ended") from None
        deadline = time.monotonic() + self.timeout
        while True:
            line = self._line(deadline)
            try:
                answer = json.loads(line)
            except ValueError:
                raise self._failure(f"answered {line[:200]!r}, which is not JSON") from None
            if not isinstance(answer, dict):
                raise self._failure(f"answered {line[:200]!r}, which is not a JSON object")
            if "error" in answer:
                raise Refusal(str(answer["error"]))
            if key in answer:
                if not isinstance(answer[key], (int, float)) or answer[key] <= 0:
                    raise self._failure(f"answered {key} = {answer[key]!r}")
                return answer
            self.description.update(answer)

    def _line(self, deadline: float) -> str:
        while b"\n" not in self._unread:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise self._failure(f"did not answer within {self.timeout:.0f} s")
            received = os.read(self.process.stdout.fileno(), 65536)
            if not received:
                raise self._failure("ended")
            self._unread += received
        line, self._unread = self._unread.split(b"\n", 1)
        return line.decode(errors="replace")

    def _failure(self, what: str) -> ServerError:
        """With the last words of its stderr and, if it has ended, how."""
        try:
            status = self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            status = None
        ended = "" if status is None else f" (exit status {status})"
        self._log.seek(0)
        words = self._log.read().decode(errors="replace").strip().splitlines()[-8:]
        return ServerError("\n    ".join([f"{self.name} {what}{ended}: {' '.join(self.command)}", *words]), status, words)
