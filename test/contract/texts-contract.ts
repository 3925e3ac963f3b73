/** What every engine keeps to when it is asked about texts. */
import { expect } from "chai";
import { rejection } from "../support/rejection.js";
import { type Rig, refusalOf } from "./contract-parts.js";

/** `busy` opens a rig that works on a long request. */
export function textsContract(busy: () => Promise<Rig>): void {
  describe("its texts", () => {
    it("are told while it is busy, and refused once it is closed", async () => {
      const { engine } = await busy();
      expect(await engine.texts().detokenize([97]))
        .to.be.a("string")
        .and.not.equal("");
      await engine.close();
      expect(refusalOf(() => engine.texts())).to.include({ code: "shutting_down" });
    });

    it("are refused when it dies before it tells them", async () => {
      const rig = await busy();
      // the one of tests answers before it could die
      if (rig.engine.pid === undefined) return;
      rig.hang();
      const asked = rejection(rig.engine.texts().detokenize([97]));
      rig.die();
      expect(await asked).to.include({ code: "engine_died" });
    });
  });
}
