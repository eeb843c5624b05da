"""The doors of a ledger: the command that came with this package, and a server that answers over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sysconfig
import threading
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from tenure._errors import UnreachableError, error_of, unreachable


class Door(Protocol):
    """Answers questions and takes events in."""

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The line of an answer: `basis`, `notices` and `answer`."""
        ...

    def append(self, events: Sequence[bytes]) -> dict[str, Any]:
        """What became of events, each an object of JSON on one line."""
        ...

    def close(self) -> None:
        """Lets go of the ledger."""
        ...


def _command() -> str:
    """The command that came with this package, or else the one on the path."""
    name = "tenure.exe" if os.name == "nt" else "tenure"
    own = os.path.join(sysconfig.get_path("scripts"), name)
    found = own if os.path.isfile(own) else shutil.which(name)
    if found is None:
        raise unreachable("there is no command `tenure`", "install the wheel of this package, or name it: command=..")
    return found


def json_of(value: Mapping[str, Any]) -> bytes:
    """An object as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


_doors: weakref.WeakSet[CommandDoor | HttpDoor] = weakref.WeakSet()
"""The doors of this process."""


def _forked() -> None:
    """A process that was forked opens doors of its own: two that share one would get each other's answers."""
    for door in _doors:
        door.leave_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


class CommandDoor:
    """One `tenure batch`, started by the first question and started again where it ended."""

    def __init__(self, flags: Sequence[str], command: str | None) -> None:
        self._words = [command or _command(), *flags, "batch"]
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        _doors.add(self)

    def leave_to_parent(self) -> None:
        """In a process that was forked: lets go of the command, which goes on for the one it was forked from."""
        # Another thread may have had its turn when this one was forked.
        self._turn = threading.Lock()
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # What is still to be written is for the other process to write.
                getattr(pipe, "raw", pipe).close()
        process.returncode = 0

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        return self._exchange(json_of(question))

    def append(self, events: Sequence[bytes]) -> dict[str, Any]:
        line = b'{"verb":"append","events":[' + b",".join(events) + b"]}"
        answer: dict[str, Any] = self._exchange(line)["answer"]
        return answer

    def _exchange(self, line: bytes) -> dict[str, Any]:
        with self._turn:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None
            try:
                process.stdin.write(line + b"\n")
                process.stdin.flush()
                answer = process.stdout.readline()
            except BrokenPipeError:
                answer = b""
            except BaseException:
                # What is still to come would be taken for the answer to the next question.
                self._stop(process)
                raise
            if not answer.endswith(b"\n"):
                code = self._stop(process)
                raise unreachable(f"tenure batch ended with {code}", "what it said stands on standard error")
        told: dict[str, Any] = json.loads(answer)
        if "error" in told:
            raise error_of(told)
        return told

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            # In a group of its own, so that an interrupt is for this program to handle.
            group = {} if os.name == "nt" else {"process_group": 0}
            pipe = subprocess.PIPE
            try:
                self._process = subprocess.Popen(self._words, stdin=pipe, stdout=pipe, **group)  # type: ignore[call-overload]
            except OSError as problem:
                raise unreachable(f"{self._words[0]}: {problem.strerror}", "name the command: command=..") from problem
        assert self._process is not None
        return self._process

    def _stop(self, process: subprocess.Popen[bytes]) -> int:
        self._process = None
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    pass
        return process.wait()

    def close(self) -> None:
        with self._turn:
            process, self._process = self._process, None
            if process is None:
                return
            assert process.stdin is not None and process.stdout is not None
            try:
                process.stdin.close()
            except OSError:
                pass
            process.stdout.close()
            process.wait()


_LOST = (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)
"""How a connection ends that the other side has closed."""


class HttpDoor:
    """A connection to `tenure serve --http`, kept open."""

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        parts = urlsplit(url)
        if not parts.hostname:
            raise error_of({"error": f"{url} names no host", "hint": "it is written as http://127.0.0.1:8080", "exit": 2})
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = make(parts.hostname, parts.port, timeout=timeout)
        self._base = parts.path.rstrip("/")
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._turn = threading.Lock()
        _doors.add(self)

    def leave_to_parent(self) -> None:
        """In a process that was forked: closes the connection here alone."""
        self._turn = threading.Lock()
        self._connection.close()

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        fields = dict(question)
        verb = fields.pop("verb")
        pairs = [pair for name, value in fields.items() for pair in _pairs(name, value)]
        headers, body = self._exchange("GET", f"{self._base}/v1/{verb}?{urlencode(pairs)}", None)
        told = [json.loads(text) for text in headers.get_all("Tenure-Notice", [])]
        basis = headers.get("Tenure-Basis")
        answer = json.loads(body) if headers.get_content_type() == "application/json" else body.decode()
        return {"basis": None if basis is None else json.loads(basis), "notices": told, "answer": answer}

    def append(self, events: Sequence[bytes]) -> dict[str, Any]:
        _, body = self._exchange("POST", f"{self._base}/v1/events", b"\n".join(events) + b"\n")
        answer: dict[str, Any] = json.loads(body)
        return answer

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[http.client.HTTPMessage, bytes]:
        with self._turn:
            try:
                response, answer = self._send(method, path, body)
            except _LOST:
                # It has closed a connection that nothing came over for a while. Nothing is taken twice.
                try:
                    response, answer = self._send(method, path, body)
                except _LOST as problem:
                    raise self._silent(problem) from problem
        if response.status == 200:
            return response.headers, answer
        try:
            told = json.loads(answer)
        except ValueError:
            told = None
        if isinstance(told, dict) and "exit" in told:
            raise error_of(told)
        host = self._connection.host
        raise unreachable(f"{host} answers {response.status}, and not as tenure does", "is it the address of tenure serve?")

    def _send(self, method: str, path: str, body: bytes | None) -> tuple[http.client.HTTPResponse, bytes]:
        try:
            self._connection.request(method, path, body, self._headers)
            response = self._connection.getresponse()
            return response, response.read()
        except BaseException as problem:
            self._connection.close()
            if isinstance(problem, (OSError, http.client.HTTPException)) and not isinstance(problem, _LOST):
                raise self._silent(problem) from problem
            raise

    def _silent(self, problem: BaseException) -> UnreachableError:
        host = f"{self._connection.host}:{self._connection.port}"
        return unreachable(f"{host}: {problem}", "is tenure serve running there?")

    def close(self) -> None:
        with self._turn:
            self._connection.close()


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    if isinstance(value, (list, tuple)):
        return [(name, str(one)) for one in value]
    return [(name, str(value))]
