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
