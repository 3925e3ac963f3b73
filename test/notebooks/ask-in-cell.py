"""Runs one cell of a Python kernel after `%load_ext locallab_notebook`, and answers what it asks: for ts-input.test.ts.

Arguments: the cell, then the answers. Prints JSON: the status of the cell, what was asked, and what it printed.
"""

import json
import sys

from jupyter_client import KernelManager

cell, *answers = sys.argv[1:]
asked, printed = [], []
manager = KernelManager(kernel_name="python3")
manager.start_kernel()
client = manager.blocking_client()


def answer(message):
    asked.append([message["content"]["prompt"], message["content"]["password"]])
    client.input(answers.pop(0))


def note(message):
    content = message["content"]
    printed.extend(content["traceback"] if message["msg_type"] == "error" else [content.get("text", "")])


def run(code, **more):
    return client.execute_interactive(code, timeout=60, output_hook=note, **more)["content"]["status"]


try:
    client.start_channels()
    client.wait_for_ready(timeout=60)
    run("%load_ext locallab_notebook")
    status = run(cell, allow_stdin=bool(answers), stdin_hook=answer)
    print(json.dumps({"status": status, "asked": asked, "printed": "".join(printed)}))
finally:
    client.stop_channels()
    manager.shutdown_kernel()
