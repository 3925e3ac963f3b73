"""One TypeScript kernel: its process, its sockets, and the one thread that uses them.

Plain ZeroMQ and jupyter_client's `Session`, without an event loop: a Python kernel has one of its own running.
"""

import atexit
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from contextlib import suppress

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session
from jupyter_core.paths import jupyter_runtime_dir

from .errors import TypeScriptError

# seconds
_START = 60
_LOOK = 0.5
_ENDING = 3


class Run:
    """What a kernel says of one cell, in order: pairs of a channel's name and a message; None when the kernel ended."""

    def __init__(self, message_id):
        self.id = message_id
        self.messages = queue.Queue()


class TypeScriptKernel:
    """Starts the kernel of `spec`; ready when the call returns. `name` is one of its own; `on_late` gets what comes
    outside of a cell, in the reading thread."""

    def __init__(self, name, spec, folder, env, on_late):
        self._name = name
        self._spec = spec
        self._on_late = on_late
        self._owner = os.getpid()
        self._run = None
        self._asked = {}
        self._outbox = queue.Queue()
        self._lock = threading.Lock()
        self._is_closing = False
        runtime = jupyter_runtime_dir()
        os.makedirs(runtime, mode=0o700, exist_ok=True)
        key = uuid.uuid4().hex.encode()
        file = os.path.join(runtime, f"kernel-{name}.json")
        self._file, info = write_connection_file(file, ip="127.0.0.1", key=key, transport="tcp")
        self._session = Session(key=key, signature_scheme=info["signature_scheme"], username="python")
        self._words = tempfile.TemporaryFile()
        self.process = None
        try:
            self._start(folder, env, info)
        except BaseException:
            self.close(now=True)
            raise
        atexit.register(self.close)

    def _start(self, folder, env, info):
        argv = [part.replace("{connection_file}", self._file) for part in self._spec["argv"]]
        self.process = subprocess.Popen(
            argv,
            cwd=folder,
            # the kernel ends with the process that is named here
            env={**env, **self._spec.get("env", {}), "JPY_PARENT_PID": str(self._owner)},
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=subprocess.STDOUT,
            # an interrupt of the Python kernel goes to its whole process group
            start_new_session=True,
        )
        self._context = zmq.Context()
        self._sockets = {
            "shell": self._connect(zmq.DEALER, info["shell_port"]),
            "control": self._connect(zmq.DEALER, info["control_port"]),
            "stdin": self._connect(zmq.DEALER, info["stdin_port"]),
            "iopub": self._connect(zmq.SUB, info["iopub_port"]),
        }
        self._sockets["iopub"].setsockopt(zmq.SUBSCRIBE, b"")
        self._bell = self._context.socket(zmq.PAIR)
        self._bell.bind(f"inproc://{self._name}")
        self._rope = self._context.socket(zmq.PAIR)
        self._rope.connect(f"inproc://{self._name}")
        self._thread = threading.Thread(target=self._read, name="locallab-ts", daemon=True)
        self._heard = threading.Event()
        self._thread.start()
        deadline = time.monotonic() + _START
        while not (self.ask("kernel_info_request", {}, timeout=deadline - time.monotonic()) and self._heard.wait(1)):
            # the subscription may be later than the first words: it is asked again
            if time.monotonic() > deadline or not self.alive:
                raise TypeScriptError(f"The TypeScript kernel did not start. {self.last_words()}")

    def _connect(self, kind, port):
        socket = self._context.socket(kind)
        socket.linger = 0
        socket.setsockopt(zmq.IDENTITY, self._session.bsession)
        socket.connect(f"tcp://127.0.0.1:{port}")
        return socket

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    def last_words(self):
        """The end of what the process printed."""
        self._words.seek(0)
        text = self._words.read().decode("utf-8", "replace").strip()
        return text.splitlines()[-1][:500] if text else "It said nothing."

    def begin(self, code, allow_stdin):
        """Begins a cell."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": allow_stdin,
            "stop_on_error": False,
        }
        message = self._session.msg("execute_request", content)
        run = Run(message["header"]["msg_id"])
        self._run = run
        self._send("shell", message)
        return run

    def end(self, run):
        """What a cell says from now on is late."""
        if self._run is run:
            self._run = None

    def ask(self, kind, content, timeout):
        """The content of the reply to a request; None when the time is over or the kernel has ended."""
        if not self._thread.is_alive():
            return None
        message = self._session.msg(kind, content)
        answers = queue.Queue()
        self._asked[message["header"]["msg_id"]] = answers
        self._send("shell", message)
        try:
            return answers.get(timeout=max(0, timeout))
        except queue.Empty:
            return None
        finally:
            self._asked.pop(message["header"]["msg_id"], None)

    def answer_input(self, request, value):
        self._send("stdin", self._session.msg("input_reply", {"value": value}, parent=request["header"]))

    def interrupt(self):
        if self._spec.get("interrupt_mode") == "message":
            self._send("control", self._session.msg("interrupt_request", {}))
        elif self.alive:
            # of its own group, as Jupyter does
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGINT)

    def close(self, now=False):
        """Ends the process, politely unless `now`, and waits for it. Again does nothing."""
        if self._is_closing or os.getpid() != self._owner:
            return
        self._is_closing = True
        atexit.unregister(self.close)
        if self.alive and not now and getattr(self, "_thread", None) is not None:
            self._send("control", self._session.msg("shutdown_request", {"restart": False}))
            self._wait(_ENDING)
        if self.alive:
            self.process.kill()
            self._wait(_ENDING)
        if getattr(self, "_thread", None) is not None:
            self._send(None, None)
            self._thread.join(_ENDING)
        self._words.close()
        with suppress(FileNotFoundError):
            os.unlink(self._file)

    def _wait(self, seconds):
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def _send(self, channel, message):
        with self._lock:
            self._outbox.put((channel, message))
            with suppress(zmq.ZMQError):
                self._rope.send(b"", zmq.NOBLOCK)

    def _read(self):
        poller = zmq.Poller()
        names = {socket: name for name, socket in self._sockets.items()}
        for socket in (*names, self._bell):
            poller.register(socket, zmq.POLLIN)
        try:
            while self._work(dict(poller.poll(_LOOK * 1000)), names):
                pass
        finally:
            for waiting in (self._run and self._run.messages, *self._asked.values()):
                if waiting is not None:
                    waiting.put(None)
            for socket in (*names, self._bell, self._rope):
                socket.close(0)
            self._context.term()

    def _work(self, ready, names):
        """One round; False when it was the last."""
        if self._bell in ready:
            self._bell.recv()
        while not self._outbox.empty():
            channel, message = self._outbox.get()
            if channel is None:
                return False
            self._session.send(self._sockets[channel], message)
        for socket, name in names.items():
            if socket in ready:
                self._receive(name, socket)
        # what an ended kernel still said is read first
        return bool(ready) or self.alive

    def _receive(self, name, socket):
        try:
            _, parts = self._session.feed_identities(socket.recv_multipart())
            message = self._session.deserialize(parts)
        except ValueError:
            # not signed with this kernel's key: not from this kernel
            return
        if name == "iopub":
            self._heard.set()
        parent = message["parent_header"].get("msg_id")
        run = self._run
        if parent in self._asked:
            if name == "shell":
                self._asked[parent].put(message["content"])
        elif run is not None and parent == run.id:
            run.messages.put((name, message))
        elif name == "iopub":
            with suppress(Exception):  # an output that Python's side refuses ends neither the thread nor the next one
                self._on_late(message)
