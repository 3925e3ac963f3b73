import { expect } from "chai";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { greedyChat } from "../support/sample-theory.js";
import { type Executed, executedNotebooks } from "./executed-notebooks.js";
import { cellWith, type NotebookFile, notebookNames, readNotebook } from "./notebook-file.js";

const ask = (content: string) => [{ role: "user", content }] as const;
const weather = "Tell me about the weather";

/** The rows of a Markdown table without its head, cells trimmed. */
const tableRows = (markdown: string): string[][] =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe("the notebooks, executed by Jupyter", function () {
  this.timeout(400_000);
  let executed: Executed;
  const notebook = (name: string): NotebookFile => readNotebook(executed.folder, name);

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    executed = await executedNotebooks();
  });

  for (const name of notebookNames) {
    it(`${name} runs to its end and writes nothing to stderr`, () => {
      const report = executed.reports.get(name);
      console.log(`      ${report?.text}`);
      expect(report?.code, report?.text).to.equal(0);
      for (const { stderr } of notebook(name).cells) expect(stderr).to.equal("");
    });
  }

  it("01-quickstart shows the lab, answers, streams, a conversation, a batch and the receipt", () => {
    const quickstart = notebook("01-quickstart.ipynb");
    // where it was is of no use any more, nor is the code to use it from
    expect(cellWith(quickstart, "startLab(").html)
      .to.match(/<b>quickstart<\/b>.* · <b>stopped<\/b>/)
      .and.not.match(/http:\/\/127\.0\.0\.1:\d+|<details/);
    const end = /\w+.*<small role="status">\d+ tokens · .* tokens\/s · .*(ended by itself|cut at max_length \d+)/s;
    expect(cellWith(quickstart, 'lab.chat("Why is the sea').markdown).to.match(end);
    expect(cellWith(quickstart, "lab.template(").html).to.match(/title="special token \d+".*\d+ tokens · /s);
    expect(cellWith(quickstart, "lab.show(").markdown).to.match(end);
    const { value } = cellWith(quickstart, "piece.toUpperCase()");
    expect(value)
      .to.match(/[A-Z]{3,}/)
      .and.equal(value.toUpperCase());
    expect(cellWith(quickstart, "And music?").markdown).to.match(end);
    const batch = cellWith(quickstart, "lab.batch(").html;
    for (const prompt of ["The sea", "A cat", "Music", "Fresh bread"]) expect(batch).to.include(`>${prompt}</td>`);
    expect(batch).to.match(/4 prompts · \d+ tokens/);
    expect(cellWith(quickstart, "lab.stop()").html).to.match(/Server ended after .*Port \d+ is free\./s);
  });

  it("02-models lists the models, swaps them, and compares what they and their settings answer", () => {
    const models = notebook("02-models.ipynb");
    expect(cellWith(models, "models.list()").value)
      .to.match(/^sample +/m)
      .and.match(/^sample-b +/m);
    expect(cellWith(models, 'models.load("sample-b")').html).to.include("<b>sample-b</b>").and.include("loaded");
    expect(cellWith(models, "Tell me about the sea").markdown).to.match(/ · sample-b · (ended|<b)/);

    const sideBySide = tableRows(cellWith(models, "compare(question").markdown);
    const theory = (["sample", "sample-b"] as const).map((id) => {
      const { tokens, text } = greedyChat(id, ask("How is the weather today?"), 60, { repetitionPenalty: 1.15 });
      return [id, text.trim(), String(tokens.length)];
    });
    expect(sideBySide).to.deep.equal(theory);

    const answers = tableRows(cellWith(models, "trySettings(question").markdown).map(([, answer]) => answer);
    const greedy = greedyChat("sample", ask(weather), 60, { repetitionPenalty: 1.15 }).text.trim();
    expect(answers.slice(0, 2)).to.deep.equal([greedy, greedy]);
    expect(answers[2]).to.equal(answers[3]);
    expect(answers[2]).to.not.equal(answers[4]);

    const [whole = "", short = "", stopped = ""] = tableRows(cellWith(models, "Count to ten").markdown).map(
      ([, answer]) => answer,
    );
    expect(whole.startsWith(short) && short !== "").to.equal(true);
    expect(stopped).to.equal(whole.slice(0, whole.indexOf(" six")));
    expect(cellWith(models, "lab.system()").html).to.include("Processor");
  });

  it("03-remote-clients is used by other people's clients and other processes, and shows their requests", () => {
    const remote = notebook("03-remote-clients.ipynb");
    expect(remote.cells.find(({ source }) => source === "lab.apiKey")?.value).to.match(/^••••.{4}$/);
    const answer = cellWith(remote, "new OpenAI(lab.openai)").stdout;
    expect(answer).to.match(/^\w/).and.include("completion_tokens:");
    expect(cellWith(remote, "const pieces").stdout).to.match(/\w{3}/);
    expect(remote.cells.find(({ source }) => source === "lab.openai")?.html).to.include("new OpenAI(");
    expect(cellWith(remote, "const city = JSON").stdout).to.equal("[ 'city', 'population' ] number\n");
    expect(cellWith(remote, "weather.json(").value).to.match(/^\{ sky: '(sunny|cloudy|rainy)', degrees: -?\d+ \}$/);
    expect(cellWith(remote, "const tools").stdout).to.match(/^get_weather \{\s*"city":\s*"(Paris|Oslo)"\s*\}\n$/);
    expect(cellWith(remote, "const told").stdout).to.match(/^\w/);
    expect(cellWith(remote, "embedder").stdout).to.match(
      /^No model for embeddings is here|^a cat and a kitten: 0\.\d\d/,
    );
    expect(cellWith(remote, "let fetched").stdout).to.match(/^200 +\w/);
    expect(cellWith(remote, "const curled").stdout).to.match(/^\w/);
    expect(cellWith(remote, "const refused").stdout).to.match(/key/i);
    expect(cellWith(remote, "remote.show(").markdown).to.include("tokens/s");
    expect(cellWith(remote, "remote.stop()").html).to.include("The server runs on.");
    const requests = cellWith(remote, "lab.requests()").value;
    expect(requests).to.include(" /v1/chat/completions ").and.include(" /chat ");
    expect(requests.match(/ done$/gm)).to.have.length.of.at.least(8);
  });

  it("keep no key in what was saved", () => {
    for (const name of notebookNames) {
      expect(notebook(name).text).to.not.match(/Bearer [\w-]{16,}|[A-Za-z0-9_-]{32}"/);
    }
  });
});
