import { expect } from "chai";
import { ChatTemplate, TemplateFailure } from "../../../src/server/prompts/chat-template.js";
import { TemplateRefusal } from "../../../src/server/prompts/template-globals.js";

const noon = new Date(2026, 2, 9, 12, 5, 6);
const render = (source: string, variables: Readonly<Record<string, unknown>> = {}): string =>
  new ChatTemplate(source, () => noon).render(variables);

/** What jinja2 3.1.6 makes of each, in the environment of Hugging Face's library. */
const asInPython: readonly (readonly [source: string, expected: string])[] = [
  ["{{ '\\n\\n x \\n'.lstrip('\\n') }}|", " x \n|"],
  ["{{ '--x--'.rstrip('-') }}", "--x"],
  ["{{ 'abcxcba'.strip('ab') }}", "cxc"],
  ["{{ '  x '.strip() }}|{{ '  x '.lstrip() }}|{{ '  x '.rstrip() }}|", "x|x |  x|"],
  ["{{ '' != false }} {{ '' == false }} {{ 1 == true }} {{ none == false }}", "True False True False"],
  ["{% if not x == none %}other{% endif %}", "other"],
  ["{{ '<{}|{}>'.format('a', 3) }} {{ '{1}{0}{{}}'.format('b', 'a') }}", "<a|3> ab{}"],
  ["{% set t = {0: 'a', 512: 'b'} %}{{ t[512] }}{{ t.get(0) }}{{ t.get(1, 'c') }}{{ t[7] is defined }}", "bacFalse"],
  ["{% for k, v in {10: 'x', 2: 'y'} | dictsort %}{{ k + 1 }}{{ v }}{% endfor %}", "3y11x"],
  ["{% for k in {3: 1, 4: 1} %}{{ k }}{% endfor %}{{ {3: 1} | length }}", "341"],
  ["{{ 'abc'.removeprefix('a') }}{{ 'abc'.removesuffix('c') }}{{ 'abc'.removesuffix('x') }}", "bcababc"],
  ["{{ ', '.join(['a', 'b']) }} {{ 'abab'.find('b') }}{{ 'abab'.rfind('b') }}{{ 'abab'.count('ab') }}", "a, b 132"],
  ["{{ '12'.isdigit() }}{{ 'a\\nb\\n'.splitlines() | length }}", "True2"],
  ["{% for i in range(3) %}{{ i }}{% endfor %}{% for i in range(6, 0, -2) %}{{ i }}{% endfor %}", "012642"],
  ["{{ strftime_now('%d %b %Y %B %H:%M:%S %y %-d %a %A %j') }}", "09 Mar 2026 March 12:05:06 26 9 Mon Monday %j"],
  ["{{ 7 % 3 }} {{ -7 % 3 }} {{ 'ab' * 2 }} {{ 'a' < 'b' }} {{ '%s-%02d%%' % ('a', 3) }}", "1 2 abab True a-03%"],
  ["{{ 'a' ~ 1 ~ true ~ none }} {{ true }} {{ true | string }} {{ none | string }}", "a1TrueNone True True None"],
  ["{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }}{% endfor %}{% for c in 'ab' %}{{ c }}.{% endfor %}", "1234a.b."],
  ["{{ ['A', 'b'] | map('lower') | join(',') }} {{ [{'a': {'b': 1}}] | map(attribute='a') | length }}", "a,b 1"],
  [
    "{{ [{'a': 1}, {'a': 2}] | selectattr('a', 'equalto', 2) | list | length }}{{ [1, 2, 3] | select('odd') | list | length }}",
    "12",
  ],
  ["{{ [{'a': 1}, {'b': 2}] | rejectattr('a') | list | length }}{{ ['a', 'b'] | reject('in', ['a']) | join }}", "1b"],
  [
    "{{ [3, 1, 2] | min }}{{ [3, 1, 2] | max }}{{ [1, 2] | sum }}{{ 3.14159 | round(2) }} {{ 2.5 | round }}",
    "1333.14 2.0",
  ],
  [
    "{{ 'abc' | first }}{{ 'abc' | last }}{{ 'abc' | reverse }}{{ 'a b' | wordcount }}{{ 'xxaxx' | trim('x') }}",
    "accba2a",
  ],
  ["{{ '<a>' | e }}{{ 'a b/c' | urlencode }}{{ [1, 2, 3] | batch(2) | list | length }}", "&lt;a&gt;a%20b/c2"],
  ["{{ [{'k': 'a'}, {'k': 'b'}, {'k': 'a'}] | groupby('k') | length }}{{ 'abc' | list | join('-') }}", "2a-b-c"],
  [
    "{{ 'a-b-c'.rsplit('-', 1) | join('|') }} {{ 'a=b'.partition('=') | join('|') }} {{ '5'.zfill(3) }}",
    "a-b|c a|=|b 005",
  ],
  ["{% raw %}{{ 'x' }}\\n{% endraw %}!", "{{ 'x' }}\\n!"],
  ["{% set a = {'b': 1} %}{{ a['b'] }}{{ a.c is defined }}", "1False"],
];

describe("a chat template", () => {
  for (const [source, expected] of asInPython) {
    it(`does as Python's does: ${source}`, () => expect(render(source)).to.equal(expected));
  }

  it("refuses in its own words", () => {
    expect(() => render("{{ raise_exception('Only users speak here!') }}")).to.throw(
      TemplateRefusal,
      /^Only users speak here!$/,
    );
  });

  const broken: Readonly<Record<string, string>> = {
    "ends in the middle": "{% for m in",
    "has a filter that nobody knows": "{{ 'x' | nosuchfilter }}",
    "calls itself for ever": "{% macro m() %}{{ self() }}{{ caller() }}{% endmacro %}{{ m()() }}",
    "makes a text without end":
      "{% set n = namespace(t='aaaaaaaaaaaaaaaa') %}{% for i in range(60) %}{% set n.t = n.t ~ n.t %}{% endfor %}{{ n.t }}",
    "makes more text than a prompt holds":
      "{% set n = namespace(t='aaaaaaaaaaaaaaaa') %}{% for i in range(20) %}{% set n.t = n.t ~ n.t %}{% endfor %}{{ n.t }}",
    "counts to a billion": "{% for i in range(1000000000) %}{% endfor %}",
    "loops in loops": "{% for i in range(100000) %}{% for j in range(100000) %}{{ '' }}{% endfor %}{% endfor %}",
    "steps by nothing": "{% for i in range(0, 5, 0) %}{% endfor %}",
    "formats without a value": "{{ '{} {}'.format('a') }}",
  };
  for (const [what, source] of Object.entries(broken)) {
    it(`that ${what} fails, and soon`, () => {
      const began = performance.now();
      expect(() => render(source)).to.throw(TemplateFailure);
      expect(performance.now() - began).to.be.below(15_000);
    });
  }

  it("gets variables under any name, also one of its own functions", () => {
    expect(render("{{ a.b[1] }}{{ range }}", { a: { b: [1, "x"] }, range: "mine", gone: undefined })).to.equal("xmine");
  });
});
