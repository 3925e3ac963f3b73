"""The magics: `%%ts`, `%ts_restart` and `%ts_kernel`."""

import json
import os
import uuid
from pathlib import Path

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from jupyter_core.paths import jupyter_runtime_dir

from .clone import find_clone, kernel_spec
from .errors import TypeScriptError
from .kernel import TypeScriptKernel
from .outputs import Outputs
from .questions import QuestionsToTypeScript
from .running_cell import run_cell
from .values import checked_name, declaration, export


@magics_class
class TypeScriptMagics(Magics):
    """One TypeScript kernel for the notebook; it is started by the first `%%ts` cell and ends with the Python kernel."""

    def __init__(self, shell):
        super().__init__(shell)
        self._kernel = None
        self._outputs = None
        self._clone = None
        self._questions = None

    @magic_arguments()
    @argument("-i", "--input", action="append", default=[], metavar="NAME", help="a Python variable to hand over")
    @argument("-o", "--output", action="append", default=[], metavar="NAME", help="a TypeScript variable to take back")
    @cell_magic
    def ts(self, line, cell):
        """Runs the cell in the TypeScript kernel. Its names stay for later `%%ts` cells.

        `-i rows` declares a constant with the JSON of the Python variable before the cell runs, `-o answers` makes the
        value a Python variable after it: both as often as needed.
        """
        options = parse_argstring(self.ts, line)
        inputs = [checked_name(name) for name in options.input]
        results = [checked_name(name) for name in options.output]
        try:
            self._run(cell, inputs, results)
        except KeyboardInterrupt:
            # while the kernel started, or a value travelled: where Python was is nobody's concern
            raise TypeScriptError("Interrupted.") from None

    @line_magic
    def ts_restart(self, line):
        """Ends the TypeScript kernel and starts a new one. Its names are gone; labs run on and are found again."""
        self.close(now=True)
        self._started()

    @line_magic
    def ts_kernel(self, line):
        """Says which clone and which process the cells run in. With a folder: takes the clone there from now on."""
        if line.strip():
            clone = find_clone(line.strip().strip("\"'"))
            if clone != self._clone:
                self.close(now=True)
                self._clone = clone
        kernel = self._started()
        print(f"TypeScript kernel of {self._clone}, process {kernel.process.pid}")

    def close(self, now=False):
        """Ends the kernel, if there is one."""
        kernel, self._kernel = self._kernel, None
        if kernel is not None:
            kernel.close(now=now)

    def answer_questions(self):
        """Tab and Shift+Tab in a `%%ts` cell ask the TypeScript kernel, where a front end can ask."""
        host = getattr(self.shell, "kernel", None)
        if host is not None and self._questions is None:
            self._questions = QuestionsToTypeScript(host, lambda: self._kernel)

    def _run(self, cell, inputs, results):
        values = {}
        for name in inputs:
            if name not in self.shell.user_ns:
                raise TypeScriptError(f'No Python variable is called "{name}".')
            values[name] = self.shell.user_ns[name]
        kernel = self._started()
        for name, value in values.items():
            with declaration(name, value) as code:
                run_cell(kernel, code, self._outputs)
        run_cell(kernel, cell, self._outputs, allow_stdin=self._may_ask())
        for name in results:
            with export(name) as (code, read):
                run_cell(kernel, code, self._outputs)
                self.shell.user_ns[name] = read()

    def _started(self):
        if self._kernel is not None and self._kernel.alive:
            return self._kernel
        self.close(now=True)
        self._clone = self._clone or find_clone()
        name = f"ts-{uuid.uuid4().hex[:12]}"
        self._outputs = Outputs(self.shell, name)
        self._kernel = TypeScriptKernel(
            name, kernel_spec(self._clone), os.getcwd(), _environment(), self._outputs.show
        )
        return self._kernel

    def _may_ask(self):
        """Whether somebody is there to answer: a runner of notebooks is not asked."""
        host = getattr(self.shell, "kernel", None)
        return host is None or bool(getattr(host, "_allow_stdin", False))


def _environment():
    """This process' variables, and the address of its Jupyter server: LocalLab judges by it what a browser reaches."""
    env = dict(os.environ)
    note = Path(jupyter_runtime_dir()) / f"jpserver-{env.get('JPY_PARENT_PID', '')}.json"
    try:
        env.setdefault("JUPYTER_SERVER_URL", json.loads(note.read_text())["url"])
    except (OSError, ValueError, KeyError):
        # started by something else: a runner of notebooks, an editor
        pass
    return env
