import { expect } from "chai";
import { Lifetime } from "../../../src/server/lifetime.js";

/** Resolves with the milliseconds until it was over. */
function lifetime(linger: number, isBusy: () => boolean = () => false): { life: Lifetime; over: Promise<number> } {
  const began = performance.now();
  let life!: Lifetime;
  const over = new Promise<number>((resolve) => {
    life = new Lifetime({ linger, isBusy, onOver: () => resolve(performance.now() - began) });
  });
  return { life, over };
}

describe("Lifetime", () => {
  it("ends by itself when nobody ever held it", async () => {
    expect(await lifetime(0.05).over).to.be.greaterThan(40);
  });

  it("does not end while somebody holds it, and ends after the last one let go", async () => {
    const { life, over } = lifetime(0.03);
    const first = life.hold();
    const second = life.hold();
    let isOver = false;
    void over.then(() => {
      isOver = true;
    });
    first();
    first();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect([isOver, life.holders]).to.deep.equal([false, 1]);
    second();
    await over;
  });

  it("waits for the last request to end", async () => {
    let busyChecks = 3;
    const { over } = lifetime(0.01, () => {
      busyChecks -= 1;
      return busyChecks > 0;
    });
    await over;
    expect(busyChecks).to.be.at.most(0);
  }).timeout(10_000);

  it("lingers anew from the end of the owner's last request, not from its beginning", async () => {
    const { life, over } = lifetime(0.3);
    const leave = life.work();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const ended = performance.now();
    leave(true);
    await over;
    expect(performance.now() - ended).to.be.greaterThan(250);
  });

  it("does not linger anew for a request that was refused", async () => {
    const { life, over } = lifetime(0.3);
    const leave = life.work();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const ended = performance.now();
    leave(false);
    await over;
    expect(performance.now() - ended).to.be.lessThan(250);
  });

  it("leaves once linger is over while a visitor is busy; an owner who comes back takes it over", async () => {
    let isBusy = true;
    const { life, over } = lifetime(0.02, () => isBusy);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(life.isLeaving).to.equal(true);
    const letGo = life.hold();
    expect(life.isLeaving).to.equal(false);
    letGo();
    isBusy = false;
    await over;
  });

  it("outlasts what a timer can wait", async () => {
    const { life, over } = lifetime(2_592_000);
    let isOver = false;
    void over.then(() => {
      isOver = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isOver).to.equal(false);
    life.close();
  });

  it("never ends when it is off or closed", async () => {
    let ends = 0;
    const onOver = (): void => {
      ends += 1;
    };
    new Lifetime({ linger: "off", isBusy: () => false, onOver });
    const closed = new Lifetime({ linger: 0.01, isBusy: () => false, onOver });
    closed.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ends).to.equal(0);
  });
});
