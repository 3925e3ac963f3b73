/** A native context that computes nothing: it remembers steps, gives the tokens it is told to, and fails when told to. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Token } from "node-llama-cpp";
import type { NativeContext, NativeSampler, Rows, SamplerConfig } from "../../../src/server/llama/native-context.js";

/** A sampler that gives these tokens in turn, and then the last one for ever. */
export class FakeSampler implements NativeSampler {
  readonly configs: SamplerConfig[] = [];
  answer: readonly number[];
  #given = 0;

  constructor(answer: readonly number[]) {
    this.answer = answer;
  }

  applyConfig(config: SamplerConfig): void {
    this.configs.push(config);
    this.#given = 0;
  }

  dispose(): void {}

  next(): Token {
    const token = this.answer[Math.min(this.#given, this.answer.length - 1)] ?? 7;
    this.#given += 1;
    return token as Token;
  }
}

export class FakeContext {
  isSerial = false;
  /** What each step was made of: sequence, position and tokens of each part. */
  readonly steps: { id: number; position: number; tokens: number }[][] = [];
  readonly held = new Map<number, Token[]>();
  /** What a step of these parts fails with; undefined where it does not. */
  failure: (step: readonly Rows[]) => Error | undefined = () => undefined;
  /** Called when a step is about to be computed. */
  onStep: () => void = () => {};
  /** Waited for before each token. */
  beforeToken: (token: Token) => Promise<void> | undefined = () => undefined;
  answer: readonly number[] = [7];
  /** First position of every sequence: above 0 as if only a window were kept. */
  firstPosition = 0;
  canGoBack = true;
  threads = 0;
  /** Bytes that a token takes in a file. */
  tokenBytes = 100;
  readonly samplers: FakeSampler[] = [];

  get native(): NativeContext {
    return this as unknown as NativeContext;
  }

  createSampler(): NativeSampler {
    const sampler = new FakeSampler(this.answer);
    this.samplers.push(sampler);
    return sampler;
  }

  /** Chooses as a new sampler does. */
  chooser(): (row: number) => Promise<Token | null> {
    const sampler = this.createSampler();
    return (row) => this.sample(row, sampler);
  }

  useThreads(threads: number): void {
    this.threads = threads;
  }

  async decode(step: readonly Rows[]): Promise<void> {
    this.onStep();
    this.steps.push(
      step.map(({ sequenceId, position, tokens }) => ({ id: sequenceId, position, tokens: tokens.length })),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const error = this.failure(step);
    if (error !== undefined) throw error;
    for (const { sequenceId, position, tokens } of step) {
      const held = this.held.get(sequenceId) ?? [];
      if (held.length !== position) throw new Error(`Sequence ${sequenceId} holds ${held.length}, not ${position}.`);
      this.held.set(sequenceId, [...held, ...tokens]);
    }
  }

  async sample(_row: number, sampler: NativeSampler): Promise<Token | null> {
    const token = (sampler as FakeSampler).next();
    await this.beforeToken(token);
    return token < 0 ? null : token;
  }

  removeFrom(sequenceId: number, position: number): boolean {
    if (position > 0 && !this.canGoBack) return false;
    this.held.set(sequenceId, (this.held.get(sequenceId) ?? []).slice(0, position));
    return true;
  }

  minPosition(): number {
    return this.firstPosition;
  }

  async copy(sourceId: number, targetId: number): Promise<void> {
    this.unsettled += 1;
    this.held.set(targetId, [...(this.held.get(sourceId) ?? [])]);
  }

  /** Copies whose data did not move yet. */
  unsettled = 0;

  async settleCopy(): Promise<void> {
    this.unsettled = 0;
  }

  async save(path: string, _sequenceId: number, tokens: readonly Token[]): Promise<number> {
    writeFileSync(path, JSON.stringify(tokens).padEnd(tokens.length * this.tokenBytes));
    return tokens.length * this.tokenBytes;
  }

  async load(path: string, sequenceId: number): Promise<Token[]> {
    const text = readFileSync(path, "utf8");
    const tokens: Token[] = JSON.parse(text.slice(0, text.indexOf("]") + 1));
    this.held.set(sequenceId, tokens);
    return [...tokens];
  }
}
