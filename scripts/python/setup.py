"""Notes in the package which clone it was installed from: a copy in site-packages no longer lies beside it."""

import json
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class build_py_with_clone(build_py):  # noqa: N801 (named as setuptools names its commands)
    def run(self):
        super().run()
        note = Path(self.build_lib) / "locallab_notebook" / "installed_from.json"
        if note.parent.is_dir():
            note.write_text(json.dumps(str(Path(__file__).resolve().parents[2])))


setup(cmdclass={"build_py": build_py_with_clone})
