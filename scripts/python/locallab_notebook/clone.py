"""Finds the clone of LocalLab and how its TypeScript kernel is started. Nothing has to be installed for Jupyter."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from .errors import TypeScriptError

# the one place that knows the kernel's command is the clone's own script
_ASK_FOR_SPEC = (
    "const { ensureKernel } = await import(process.argv[1]);"
    "process.stdout.write((await ensureKernel()).file);"
)
# seconds; Node starts in a tenth of one on a calm machine
_NODE_TIMEOUT = 60


def find_clone(wanted=None):
    """The folder of the clone: `wanted`, else LOCALLAB_CLONE, else the one this package came from or lies in, else one
    in or above the current folder."""
    if wanted:
        return _accepted(Path(wanted).expanduser())
    variable = os.environ.get("LOCALLAB_CLONE")
    if variable:
        return _accepted(Path(variable).expanduser())
    here = Path.cwd()
    places = [_installed_from(), *Path(__file__).resolve().parents, here, *here.parents, here / "locallab"]
    for place in places:
        if place is not None and _is_clone(place):
            return place
    raise TypeScriptError(
        "No clone of LocalLab is found from here. Set LOCALLAB_CLONE to its folder, or run: %ts_kernel FOLDER"
    )


def kernel_spec(clone):
    """The clone's kernel spec: `argv` with "{connection_file}" in it, and the like."""
    node = shutil.which("node")
    if node is None:
        raise TypeScriptError("Node.js is not found in PATH. LocalLab needs Node 20.19, or 22.12 and newer.")
    if not (clone / "node_modules").is_dir() or not (clone / "dist").is_dir():
        raise TypeScriptError(f"The clone in {clone} is not built. Run in a terminal: cd {clone} && npm ci && npm run build")
    script = (clone / "scripts" / "setup" / "kernel.mjs").as_uri()
    try:
        asked = subprocess.run(
            [node, "--input-type=module", "--eval", _ASK_FOR_SPEC, script],
            capture_output=True,
            text=True,
            timeout=_NODE_TIMEOUT,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise TypeScriptError(f"{node} did not say within {_NODE_TIMEOUT} s how the kernel is started.") from None
    if asked.returncode != 0:
        raise TypeScriptError(f"The clone in {clone} has no kernel: {_last_words(asked.stderr)}")
    return json.loads(Path(asked.stdout).read_text())


def _accepted(place):
    if _is_clone(place):
        return place.resolve()
    raise TypeScriptError(f"{place} is not a clone of LocalLab: no package.json of locallab lies in it.")


def _is_clone(place):
    try:
        return json.loads((place / "package.json").read_text()).get("name") == "locallab" and (place / "scripts").is_dir()
    except (OSError, ValueError, AttributeError):
        return False


def _installed_from():
    try:
        return Path(json.loads((Path(__file__).parent / "installed_from.json").read_text()))
    except (OSError, ValueError):
        return None


def _last_words(text):
    """The sentence of an error of Node's, without its frames."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "Error" in line and not line.startswith("at ")]
    return (telling or lines or ["it said nothing"])[0]
