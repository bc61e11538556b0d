// The port by which a patch calls whatever may end in a room author's code: its hooks, and who waits for the patch.

/** Whatever an author's code throws ends here: it must not get out of the patch interval. Implemented by rooms/author/author-guard. */
export interface Guard {
  /** Reports what has been thrown meanwhile, with the event it happened in. Never throws. */
  reportError(where: string, error: unknown): void;
  /** Calls a method of `owner`, if there is one; what it throws, at once or later, is reported. */
  call<Owner, Args extends unknown[]>(
    where: string,
    owner: Owner,
    hook: ((this: Owner, ...args: Args) => unknown) | undefined,
    ...args: Args
  ): void;
}
