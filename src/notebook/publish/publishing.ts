/** Publishes a lab from a cell: one publication at a time, the same object as long as it lives. */
import type { PublishResponse } from "../../server/wire/publish.js";
import { isLoopback } from "../client/base-url.js";
import type { Connection } from "../client/connection.js";
import { OngoingWork } from "../client/ongoing.js";
import { whileAnswering } from "../client/while-answering.js";
import { inWordsOf } from "../client/wire-options.js";
import { html } from "../displays/html.js";
import { LiveOutput } from "../displays/live-output.js";
import { card, dot, headline, type Tone } from "../displays/parts.js";
import { markShown } from "../displays/self-displaying.js";
import type { View } from "../displays/view.js";
import { environment } from "../kernel/environment.js";
import { ConnectedPublication, type Publication } from "./publication.js";
import { knownOptions, type PublishOptions, publishRequestOf } from "./publish-options.js";

export class Publishing {
  readonly #connection: Connection;
  readonly #labHasKey: boolean;
  #current: ConnectedPublication | undefined;

  constructor(connection: Connection, labHasKey: boolean) {
    this.#connection = connection;
    this.#labHasKey = labHasKey;
  }

  /** Where others reach the lab; undefined while it is not published from here. */
  get address(): string | undefined {
    return this.#current === undefined || this.#current.isOver ? undefined : this.#current.url;
  }

  /** Resolves with the publication once the lab has checked its own address. An interrupt of the cell gives up. */
  async publish(options: PublishOptions): Promise<Publication> {
    const body = publishRequestOf(options);
    // the server does not inherit the notebook's authtoken; a lab elsewhere has its own
    if (isLoopback(this.#connection.url)) body.authtoken ??= environment().NGROK_AUTHTOKEN || null;
    const output = LiveOutput.open(
      publishingView("working", "opening the tunnel, then checking the address from outside …"),
    );
    const work = new OngoingWork((signal) =>
      whileAnswering(this.#connection, { signal }, (both) =>
        this.#connection.json<PublishResponse>("POST", "/publish", {
          body,
          signal: both,
          waitSeconds: 0,
          headSeconds: 0,
        }),
      ),
    );
    // on the end itself, not after an await: an interrupted cell takes no output afterwards
    work.onEnd((end) => {
      if (end.state !== "done") output?.end(publishingView("bad", end.state));
    });
    const publication = this.#take(
      await inWordsOf(
        knownOptions,
        work.then((answer) => answer),
      ),
    );
    if (output) publication.present(output);
    return output ? markShown(publication) : publication;
  }

  /** The lab has ended. */
  end(): void {
    this.#current?.end();
  }

  #take(answer: PublishResponse): ConnectedPublication {
    const current = this.#current;
    if (!answer.is_new && current !== undefined && !current.isOver && current.url === answer.url) {
      current.note(answer.warnings);
      return current;
    }
    current?.end();
    this.#current = new ConnectedPublication(this.#connection, answer, this.#labHasKey);
    return this.#current;
  }
}

/** How publishing looks before there is an address. */
const publishingView = (tone: Tone, words: string): View => ({
  html: () => card(headline(html`${dot(tone)} <b>Publishing</b> · ${words}`)),
  text: () => `Publishing · ${words}`,
});
