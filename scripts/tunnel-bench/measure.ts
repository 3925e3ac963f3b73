/** What is measured of an address: how long requests take, and how late events arrive. */

/** Milliseconds of each of `count` requests, one after the other on a kept connection, after a few to warm up. */
export async function measureRequests(url: string, headers: Record<string, string>, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = -20; index < count; index += 1) {
    const askedAt = performance.now();
    const response = await fetch(url, { headers });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
    if (index >= 0) times.push(performance.now() - askedAt);
  }
  return times;
}

export interface EventDelays {
  /** Milliseconds from sent to received, one per event. */
  readonly delays: number[];
  /** Milliseconds from the request to the first byte of the answer. */
  readonly firstByteMs: number;
}

/** Reads one stream of an event door. */
export async function measureEvents(url: string, events: number): Promise<EventDelays> {
  const askedAt = performance.now();
  const response = await fetch(`${url}/?events=${events}`);
  const firstByteMs = performance.now() - askedAt;
  const delays: number[] = [];
  let rest = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const arrivedAt = performance.timeOrigin + performance.now();
    const frames = (rest + Buffer.from(chunk).toString()).split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) delays.push(arrivedAt - Number(frame.replace("data: ", "")));
  }
  return { delays, firstByteMs };
}
