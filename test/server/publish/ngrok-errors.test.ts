import { expect } from "chai";
import { codeFromText, refusalFor } from "../../../src/server/publish/ngrok-errors.js";

describe("what ngrok's refusals mean", () => {
  const final = [102, 105, 107, 121, 313, 320, 326, 725, 726, 727, 3208, 4018, 9040];

  for (const code of final) {
    it(`does not try again after ${code}, and says what to do`, () => {
      const { retry, advice } = refusalFor(`ERR_NGROK_${code}`);
      expect(retry).to.equal("never");
      expect(advice).to.match(/^.{20,}\. .{10,}\.$/);
    });
  }

  for (const code of [108, 334]) {
    it(`tries again for a minute after ${code}, and says what to do`, () => {
      const { retry, advice } = refusalFor(`ERR_NGROK_${code}`);
      expect(retry).to.equal("minute");
      expect(advice).to.match(/https:\/\/dashboard\.ngrok\.com\/\w+/);
    });
  }

  it("keeps trying while the network is the trouble", () => {
    for (const code of ["unreachable", "connect_timeout", "connection_lost", "heartbeat_lost", "agent_died"]) {
      expect(refusalFor(code).retry).to.equal("always");
    }
  });

  it("points to ngrok's page of a code that it does not know", () => {
    expect(refusalFor("ERR_NGROK_99999").advice).to.contain("/err_ngrok_99999");
  });

  it("reads the code from the agent's text", () => {
    expect(codeFromText("ListenerClosed { error_code: Some(ERR_NGROK_727) }")).to.equal("ERR_NGROK_727");
    expect(codeFromText("failed to connect session: tls handshake error")).to.equal("tls_refused");
    expect(codeFromText("something else")).to.equal("unknown");
  });
});
