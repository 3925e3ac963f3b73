"""`%load_ext locallab_notebook`: cells that begin with `%%ts` run in a TypeScript kernel of LocalLab."""

from .magics import TypeScriptMagics

_loaded = {}


def load_ipython_extension(shell):
    if shell in _loaded:
        return
    _loaded[shell] = TypeScriptMagics(shell)
    shell.register_magics(_loaded[shell])
    _loaded[shell].answer_questions()


def unload_ipython_extension(shell):
    magics = _loaded.pop(shell, None)
    if magics is not None:
        magics.close()
