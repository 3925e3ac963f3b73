"""Runs the checks of one client and prints a JSON line for each: what it is about, and what went wrong."""
import json
import sys
import time
import traceback
import urllib.request


class Given:
    """What the server is, what it is asked and what it answers, as the test that started it says."""

    def __init__(self, values):
        self.__dict__.update(values)

    def ended(self):
        """The newest request, once nothing is worked on."""
        while True:
            request = urllib.request.Request(self.address + "/requests", headers={"X-API-Key": self.key})
            with urllib.request.urlopen(request) as reply:
                requests = json.load(reply)
            if not requests["active"]:
                return requests["recent"][0]
            time.sleep(0.01)


given = Given(json.loads(sys.argv[1]))


def same(seen, wanted):
    assert seen == wanted, f"{seen!r} is not {wanted!r}"


def raises(kind, call):
    """The error of this class that a call ends with."""
    try:
        value = call()
    except Exception as error:
        assert isinstance(error, kind), f"{type(error).__name__} is no {kind.__name__}: {error}"
        return error
    raise AssertionError(f"it ended well: {value!r}")


def run(checks):
    for check in checks:
        begin = time.time()
        try:
            check()
            problem = None
        except Exception:
            problem = traceback.format_exc()
        line = {"feature": check.__name__, "problem": problem, "seconds": round(time.time() - begin, 2)}
        print(json.dumps(line), flush=True)
    print(json.dumps({"feature": "end", "problem": None}), flush=True)
