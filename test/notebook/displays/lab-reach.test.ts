import { expect } from "chai";
import type { Reach } from "../../../src/notebook/client/reachable-address.js";
import { labView } from "../../../src/notebook/displays/lab-view.js";
import { fakeHealth, fakeModel, fakeSystem } from "../../support/fake-lab-answers.js";

const url = "http://127.0.0.1:8123";

const view = (reach: Reach | undefined): string => {
  const known = { health: fakeHealth(), model: fakeModel(), system: fakeSystem(), lookedAtMs: 0 };
  const snapshot = { contact: "live", changedAt: "2026-01-01T12:00:00.000Z", ...known } as const;
  return labView({ url, hasKey: true, snapshot, reach }).html().source;
};

describe("the card of a lab whose reader is elsewhere", () => {
  it("shows the address for the browser before the lab's own, and what to know of it", () => {
    const card = view({ address: "https://hub.example/user/ann/proxy/8123/", note: "Through <the> hub." });
    expect(card.indexOf("https://hub.example/user/ann/proxy/8123/")).to.be.within(0, card.indexOf(url));
    expect(card).to.include("Through &lt;the&gt; hub.");
  });

  it("says what to do where no address is known", () => {
    expect(view({ address: null, note: "Reachable from this machine only." }))
      .to.include(url)
      .and.include("Reachable from this machine only.");
  });

  it("is as ever where the reader sits at the lab's machine, or the lab is elsewhere", () => {
    expect(view({ address: url, note: "" })).to.equal(view(undefined));
  });
});
