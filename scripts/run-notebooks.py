#!/usr/bin/env python3
"""Executes notebooks in fresh kernels and checks that every cell ends well.

A notebook fails at its first failing cell and on anything it writes to stderr: an uncaught exception in the
background leaves its cell "ok" and shows up there only. What a failed cell said is taken from its stderr, or from the
error it ended with.

Nothing here waits for ever: a cell, a kernel that does not answer and a whole notebook have their limits, and whatever
way a notebook ends, its kernel ends with it.
"""

import argparse
import asyncio
import os
import pathlib
import re
import signal
import sys
import threading
import time
from contextlib import asynccontextmanager

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

# A kernel's ports are chosen before it starts. When another program has taken one by then, tslab lives on and never
# answers; the next one gets other ports.
KERNEL_TRIES = 3
# Seconds a kernel gets to end by itself; then it is killed.
KERNEL_END_SECONDS = 10
# Seconds beyond a notebook's limit for what cannot be cancelled, such as rendering. Then this program ends itself.
GRACE_SECONDS = 30


def options():
    parser = argparse.ArgumentParser(description="Executes notebooks and fails on any error or stderr output.")
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    parser.add_argument("--timeout", type=int, default=120, help="seconds a cell may take (default 120)")
    parser.add_argument("--limit", type=int, default=600, help="seconds a whole notebook may take (default 600)")
    parser.add_argument(
        "--kernel-timeout", type=int, default=25, help="seconds until a silent kernel is started anew (default 25)"
    )
    parser.add_argument("--output-dir", type=pathlib.Path, help="folder for the executed notebooks")
    parser.add_argument("--html", choices=["light", "dark", "both"], help="renders them there as HTML, too")
    given = parser.parse_args()
    if given.html and not given.output_dir:
        parser.error("--html needs --output-dir")
    return given


class Run:
    """One notebook and its kernel, from the first to the last step."""

    def __init__(self, notebook, path, given):
        self.notebook = notebook
        self.folder = str(path.resolve().parent)
        self.given = given
        self.kernel = None
        self.doing = "reading the notebook"

    async def execute(self):
        """None when all is well, else what happened."""
        work = asyncio.ensure_future(self._execute())
        # what it ends with when it is cancelled is nobody's news
        work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            # not wait_for: nbclient takes being cancelled for the kernel's death
            done, _ = await asyncio.wait({work}, timeout=self.given.limit)
            return work.result() if done else f"it took longer than {self.given.limit} s, at last for {self.doing}"
        except CellTimeoutError:
            return f"a cell took longer than {self.given.timeout} s"
        except NoSuchKernel as missing:
            return f'there is no kernel "{missing.name}" here'
        except CellExecutionError:
            return "a cell failed"
        except DeadKernelError:
            return "the kernel died"
        except RuntimeError as problem:
            return f"{self.doing} failed: {problem}"
        finally:
            work.cancel()
            await asyncio.wait({work}, timeout=KERNEL_END_SECONDS)
            await self._end_kernel()

    async def _execute(self):
        channels = await self._start_kernel()
        client = OwnedKernelClient(self.notebook, km=self.kernel, timeout=self.given.timeout)
        client.kc = channels
        client.on_cell_start = self._note_cell
        await client.async_execute()
        return "something was written to stderr" if any(complaints(self.notebook)) else None

    def _note_cell(self, cell, cell_index, **_):
        self.doing = f"cell {cell_index + 1}"

    async def _start_kernel(self):
        """Channels to a kernel that answers."""
        self.doing = "starting the kernel"
        name = self.notebook.metadata.get("kernelspec", {}).get("name", "python3")
        for tries_left in reversed(range(KERNEL_TRIES)):
            self.kernel = AsyncKernelManager(kernel_name=name)
            await self.kernel.start_kernel(cwd=self.folder)
            channels = self.kernel.client()
            channels.start_channels()
            try:
                await channels.wait_for_ready(timeout=self.given.kernel_timeout)
                channels.allow_stdin = False
                return channels
            except RuntimeError:
                channels.stop_channels()
                await self._end_kernel()
                if tries_left == 0:
                    raise
        raise AssertionError("unreachable")

    async def _end_kernel(self):
        kernel, self.kernel = self.kernel, None
        if kernel is None or not kernel.has_kernel:
            return
        doing, self.doing = self.doing, "ending the kernel"
        try:
            await asyncio.wait_for(kernel.shutdown_kernel(), KERNEL_END_SECONDS)
        except asyncio.TimeoutError:
            await kernel.shutdown_kernel(now=True)
        finally:
            self.doing = doing

    def kill_kernel(self):
        """From any thread, without waiting."""
        pid = getattr(getattr(self.kernel, "provisioner", None), "pid", None)
        if pid is not None:
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


class OwnedKernelClient(NotebookClient):
    """Leaves starting and ending the kernel, and signals, to whoever made it."""

    @asynccontextmanager
    async def async_setup_kernel(self, **_):
        yield


def complaints(notebook):
    """What each code cell wrote to stderr or failed with, by number of the code cell, from 1."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        text = "".join(complaint(output) for output in cell.outputs)
        if text:
            yield number, cell.source, text


def complaint(output):
    if output.output_type == "stream" and output.name == "stderr":
        return output.text
    if output.output_type == "error":
        lines = output.traceback or [f"{output.ename}: {output.evalue}"]
        return re.sub("\x1b\\[[0-9;]*m", "", "\n".join(lines)) + "\n"
    return ""


def save(notebook, path, folder, html):
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / path.name)
    if not html:
        return
    from nbconvert import HTMLExporter

    for theme in ("light", "dark") if html == "both" else (html,):
        # nothing is fetched from elsewhere: there is no formula and no widget in these notebooks
        page, _ = HTMLExporter(theme=theme, mathjax_url="", require_js_url="").from_notebook_node(notebook)
        (folder / f"{path.stem}.{theme}.html").write_text(page, encoding="utf-8")


@asynccontextmanager
async def watched(run, path, limit):
    """Ends this program and the kernel when even cancelling does not help."""

    def give_up():
        print(f"not ok - {path}: it hangs, at last in {run.doing}", flush=True)
        run.kill_kernel()
        os._exit(1)

    timer = threading.Timer(limit + GRACE_SECONDS, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


async def run_one(path, given):
    """Executes, saves and reports one notebook; True when all is well."""
    notebook = nbformat.read(path, as_version=4)
    run = Run(notebook, path, given)
    async with watched(run, path, given.limit):
        began = time.monotonic()
        problem = await run.execute()
        seconds = time.monotonic() - began
        run.doing = "saving and rendering"
        if given.output_dir:
            save(notebook, path, given.output_dir, given.html)
    print(f"{'not ok' if problem else 'ok'} - {path} ({seconds:.1f} s)" + (f": {problem}" if problem else ""))
    for number, source, text in complaints(notebook):
        print(f"  code cell {number}:")
        for line in source.splitlines():
            print(f"    | {line}")
        for line in text.rstrip().splitlines():
            print(f"    {line}")
    return problem is None


async def main(given):
    task = asyncio.current_task()
    # a cancelled notebook ends its kernel; the default would leave it to itself
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    results = [await run_one(path, given) for path in given.notebooks]
    return 0 if all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main(options())))
    except asyncio.CancelledError:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
