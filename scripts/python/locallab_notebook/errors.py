"""Errors as a cell shows them: sentences of ours, and what TypeScript said, without Python's own traceback."""


class TypeScriptError(Exception):
    """A `%%ts` cell that failed. Raised so that "Run All" stops; shown in the words of TypeScript alone."""

    def __init__(self, value, lines=None):
        super().__init__(value)
        self.lines = list(lines) if lines else [f"{type(self).__name__}: {value}"]

    # IPython asks an exception for its own lines
    def _render_traceback_(self):
        return self.lines


def error_of(content):
    """The error of an `error` message or of a reply: a class with the name TypeScript gave it."""
    name = str(content.get("ename") or "TypeScriptError")
    value = str(content.get("evalue") or "the cell failed; what it printed says why.")
    kind = TypeScriptError if name == "TypeScriptError" else type(name, (TypeScriptError,), {})
    return kind(value, content.get("traceback"))
