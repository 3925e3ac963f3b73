"""What a TypeScript kernel shows, shown by the Python kernel: texts, bundles with every MIME type, later updates."""

import sys


class Outputs:
    """Shows the messages of one kernel, whose `name` keeps its display ids apart from those of the one before."""

    def __init__(self, shell, name):
        self._shell = shell
        self._name = name

    def show(self, message):
        """Shows an iopub message; what is no output is ignored. From the main thread within a cell, from the reading
        thread afterwards: Python's kernel then takes it for an output of the last cell."""
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            stream = sys.stderr if content["name"] == "stderr" else sys.stdout
            stream.write(content["text"])
            stream.flush()
        elif kind in ("display_data", "execute_result"):
            self._publish(content, update=False)
        elif kind == "update_display_data":
            self._publish(content, update=True)
        elif kind == "clear_output":
            self._shell.display_pub.clear_output(wait=bool(content.get("wait")))

    def _publish(self, content, update):
        display_id = content.get("transient", {}).get("display_id")
        transient = {} if display_id is None else {"display_id": f"{self._name}-{display_id}"}
        self._shell.display_pub.publish(
            data=content["data"], metadata=content.get("metadata", {}), transient=transient, update=update
        )
