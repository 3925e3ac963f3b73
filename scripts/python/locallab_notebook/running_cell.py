"""A cell from its beginning to its end, in the main thread: outputs, questions, an interrupt."""

import getpass
import queue
import time

from .errors import TypeScriptError, error_of

# seconds
_LOOK = 0.5
_PATIENCE = 5
# a kernel that still clears up after a failed cell turns the next one away: it is asked again
_AGAIN = 0.05
_AGAIN_UNTIL = 2


def run_cell(kernel, code, outputs, allow_stdin=False):
    """Runs a cell and shows what it shows. Raises what it failed with; an interrupt stops it first."""
    give_up = time.monotonic() + _AGAIN_UNTIL
    while True:
        reply, error = _RunningCell(kernel, code, outputs, allow_stdin).to_end()
        if reply["status"] not in ("abort", "aborted"):
            break
        if time.monotonic() > give_up:
            raise TypeScriptError("The TypeScript kernel turned the cell away. Run it again.")
        time.sleep(_AGAIN)
    if error is not None or reply["status"] == "error":
        raise error_of(error or reply)


class _RunningCell:
    def __init__(self, kernel, code, outputs, allow_stdin):
        self._kernel = kernel
        self._outputs = outputs
        self._run = kernel.begin(code, allow_stdin)
        self._reply = None
        self._error = None
        self._is_idle = False
        self._deadline = None

    def to_end(self):
        """The reply, and the content of the `error` message; None without one."""
        try:
            while self._reply is None or not self._is_idle:
                try:
                    self._take_next()
                except KeyboardInterrupt:
                    self._interrupt()
        finally:
            self._kernel.end(self._run)
        return self._reply, self._error

    def _interrupt(self):
        self._kernel.interrupt()
        if self._deadline is None:
            self._deadline = time.monotonic() + _PATIENCE

    def _take_next(self):
        try:
            entry = self._run.messages.get(timeout=_LOOK)
        except queue.Empty:
            if self._deadline is not None and time.monotonic() > self._deadline:
                raise TypeScriptError(
                    f"The TypeScript cell did not stop within {_PATIENCE} s and runs on. %ts_restart ends its kernel."
                ) from None
            if self._kernel.alive:
                return
            entry = None
        if entry is None:
            raise TypeScriptError(
                f"The TypeScript kernel has ended, its names with it. Run the cell again for a new one. "
                f"Its last words: {self._kernel.last_words()}"
            )
        channel, message = entry
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_reply":
            self._reply = content
        elif kind == "input_request":
            self._answer(message)
        elif kind == "error":
            self._error = content
        elif kind == "status":
            self._is_idle = content["execution_state"] == "idle"
        elif channel == "iopub":
            self._outputs.show(message)

    def _answer(self, message):
        ask = getpass.getpass if message["content"].get("password") else input
        self._kernel.answer_input(message, ask(message["content"].get("prompt", "")))
