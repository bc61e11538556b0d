// Handlers, and the turn in which they are called: a patch, or a state that is compared with the one before. What is registered
// within a turn has been told what is there, and hears of the next one first. A handler's error stops nobody else.

/** Takes the errors of handlers. Implemented by client/platform/environment. */
export interface ErrorReporter {
  report(error: unknown): void;
}

export type Handler = (...args: never[]) => void;

export class Turn {
  readonly #errors: ErrorReporter;
  #count = 0;
  #current: number | undefined;
  #isOver = false;

  constructor(errors: ErrorReporter) {
    this.#errors = errors;
  }

  /** Undefined between turns. */
  get number(): number | undefined {
    return this.#current;
  }

  take(deliver: () => void): void {
    this.#count += 1;
    this.#current = this.#count;
    try {
      deliver();
    } finally {
      this.#current = undefined;
    }
  }

  /** Nobody is called any more, not even in the turn that is under way. */
  end(): void {
    this.#isOver = true;
  }

  call(handler: Handler, args: readonly unknown[]): void {
    if (this.#isOver) return;
    try {
      handler(...(args as never[]));
    } catch (error) {
      this.#errors.report(error);
    }
  }
}

export class Registration {
  readonly handler: Handler;
  /** The turn in which it was made. */
  readonly since: number | undefined;
  isOver = false;

  constructor(handler: Handler, since: number | undefined) {
    this.handler = handler;
    this.since = since;
  }
}

export class Listeners {
  readonly #turn: Turn;
  readonly #registrations = new Set<Registration>();

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  add(handler: Handler): Registration {
    const registration = new Registration(handler, this.#turn.number);
    this.#registrations.add(registration);
    return registration;
  }

  delete(registration: Registration): void {
    registration.isOver = true;
    this.#registrations.delete(registration);
  }

  get isEmpty(): boolean {
    return this.#registrations.size === 0;
  }

  /** Those that were there when the turn began. */
  call(...args: unknown[]): void {
    for (const { handler, since, isOver } of this.#registrations)
      if (!isOver && since !== this.#turn.number) this.#turn.call(handler, args);
  }
}
