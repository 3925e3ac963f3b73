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
