"""Values on their way between Python and TypeScript, as JSON."""

import json
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

from .errors import TypeScriptError

# characters; the compiler infers types from a literal, which takes long for a long one
_LITERAL = 50_000
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


def checked_name(name):
    if _NAME.match(name):
        return name
    raise TypeScriptError(f'"{name}" is not a name that both Python and TypeScript have: letters, digits and "_".')


@contextmanager
def declaration(name, value):
    """TypeScript that declares `name` with the value: its types are known unless it is large."""
    text = _to_json(name, value)
    if len(text) <= _LITERAL:
        yield f"const {name} = {text};"
        return
    with _temporary_file() as file:
        file.write_text(text, encoding="utf-8")
        yield f'const {name}: any = JSON.parse(require("fs").readFileSync({json.dumps(str(file))}, "utf8"));'


@contextmanager
def export(name):
    """TypeScript that writes the value of `name`, awaited, and a function that reads it once that ran."""
    with _temporary_file() as file:
        yield (
            f'require("fs").writeFileSync({json.dumps(str(file))}, JSON.stringify(await {name}) ?? "null");',
            lambda: json.loads(file.read_text(encoding="utf-8")),
        )


@contextmanager
def _temporary_file():
    handle, name = tempfile.mkstemp(prefix="locallab-", suffix=".json")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        os.unlink(name)


def _to_json(name, value):
    try:
        if hasattr(value, "to_dict") and hasattr(value, "columns"):
            # a pandas data frame: a list of rows; pandas writes its own dates and gaps
            return value.to_json(orient="records", date_format="iso")
        return json.dumps(value, default=_plain, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeScriptError(f"{name} cannot be handed over as JSON: {error}.") from None


def _plain(value):
    """What json does not know, in values that it does: numpy's arrays and numbers, sets, dates, paths."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (set, frozenset, range)):
        return list(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"it holds a {type(value).__name__}")
