// A line that says what is being measured: rewritten in place on a terminal, a line for each run elsewhere.

const clear = "\r\u001b[2K";

export class Progress {
  readonly #startedAt = performance.now();
  readonly #isTerminal = process.stderr.isTTY === true;
  #run = "";

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** A new run begins. */
  begin(run: string): void {
    this.#run = run;
    if (!this.#isTerminal) process.stderr.write(`${this.#clock()} ${run}\n`);
  }

  step(step: string): void {
    if (this.#isTerminal) process.stderr.write(`${clear}${this.#clock()} ${this.#run}: ${step}`);
  }

  /** Something about the run that a person should know. */
  note(note: string): void {
    process.stderr.write(`${this.#isTerminal ? clear : ""}${this.#clock()} ${this.#run}: ${note}\n`);
  }

  end(): void {
    if (this.#isTerminal) process.stderr.write(clear);
  }

  #clock(): string {
    const seconds = Math.round(this.elapsedMs / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
