#!/usr/bin/env python3
"""Executes notebooks in fresh kernels and checks that every cell ends well.

A notebook fails at its first failing cell and on anything it writes to stderr: an uncaught exception in the
background leaves its cell "ok" and shows up there only. The kernel sends no `error` messages, so what a failed cell
said is taken from its stderr.
"""

import argparse
import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


def options():
    parser = argparse.ArgumentParser(description="Executes notebooks and fails on any error or stderr output.")
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    parser.add_argument("--timeout", type=int, default=120, help="seconds a cell may take (default 120)")
    parser.add_argument("--output-dir", type=pathlib.Path, help="folder for the executed notebooks")
    parser.add_argument("--html", choices=["light", "dark", "both"], help="renders them there as HTML, too")
    given = parser.parse_args()
    if given.html and not given.output_dir:
        parser.error("--html needs --output-dir")
    return given


def complaints(notebook):
    """What each code cell wrote to stderr, by number of the code cell, from 1."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        text = "".join(
            output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stderr"
        )
        if text:
            yield number, cell.source, text


def execute(notebook, path, timeout):
    """Runs the notebook in its own folder; None when all is well, else what happened."""
    client = NotebookClient(notebook, timeout=timeout, resources={"metadata": {"path": str(path.resolve().parent)}})
    try:
        client.execute()
    except CellTimeoutError:
        return f"a cell took longer than {timeout} s"
    except CellExecutionError:
        return "a cell failed"
    except DeadKernelError:
        return "the kernel died"
    return "something was written to stderr" if any(complaints(notebook)) else None


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


def main():
    given = options()
    failed = False
    for path in given.notebooks:
        notebook = nbformat.read(path, as_version=4)
        began = time.monotonic()
        problem = execute(notebook, path, given.timeout)
        seconds = time.monotonic() - began
        if given.output_dir:
            save(notebook, path, given.output_dir, given.html)
        print(f"{'not ok' if problem else 'ok'} - {path} ({seconds:.1f} s)" + (f": {problem}" if problem else ""))
        for number, source, text in complaints(notebook):
            print(f"  code cell {number}:")
            for line in source.splitlines():
                print(f"    | {line}")
            for line in text.rstrip().splitlines():
                print(f"    {line}")
        failed = failed or problem is not None
    return 1 if failed else 0


sys.exit(main())
