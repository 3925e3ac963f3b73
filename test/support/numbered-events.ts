/** An event with its number, and what stands below the line of that. */
export interface NumberedEvent {
  readonly id: number;
  readonly rest: string;
}

/** The whole events in what was read of a stream: comments, and what the connection was cut in the middle of, are none. */
export function numberedEvents(text: string): NumberedEvent[] {
  return text
    .split(/(?<=\n\n)/)
    .filter((frame) => frame.endsWith("\n\n") && !frame.startsWith(":"))
    .map((frame) => {
      const [, id = "none", rest = ""] = /^id: (\d+)\n(.*)$/s.exec(frame) ?? [];
      return { id: Number(id), rest };
    });
}
