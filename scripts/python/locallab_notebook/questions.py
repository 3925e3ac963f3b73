"""Tab and Shift+Tab in a `%%ts` cell are answered by the TypeScript kernel."""

import re

# seconds a person waits for a list
_TIMEOUT = 3
_FIRST_LINE = re.compile(r"\A\s*%%ts\b[^\n]*\n")


class QuestionsToTypeScript:
    """Stands in front of the Python kernel's own answers, for cells that begin with `%%ts`."""

    def __init__(self, host, current):
        self._current = current
        self._complete, self._inspect = host.do_complete, host.do_inspect
        host.do_complete = self._complete_here
        host.do_inspect = self._inspect_here

    def _complete_here(self, code, cursor_pos, *rest, **more):
        asked = self._ask("complete_request", code, cursor_pos)
        if asked is None:
            return self._complete(code, cursor_pos, *rest, **more)
        content, before = asked
        return {
            **content,
            "cursor_start": content.get("cursor_start", 0) + before,
            "cursor_end": content.get("cursor_end", 0) + before,
        }

    def _inspect_here(self, code, cursor_pos, *rest, **more):
        detail = rest[0] if rest else more.get("detail_level", 0)
        asked = self._ask("inspect_request", code, cursor_pos, detail_level=detail)
        return self._inspect(code, cursor_pos, *rest, **more) if asked is None else asked[0]

    def _ask(self, kind, code, cursor_pos, **more):
        """The reply, and how many characters stand before the TypeScript; None where Python is to answer."""
        first = _FIRST_LINE.match(code)
        kernel = self._current()
        if first is None or cursor_pos is None or cursor_pos < first.end() or kernel is None or not kernel.alive:
            return None
        before = first.end()
        content = {"code": code[before:], "cursor_pos": cursor_pos - before, **more}
        reply = kernel.ask(kind, content, timeout=_TIMEOUT)
        return None if reply is None else (reply, before)
