// The port by which a patch calls what is a room author's.

/** Whatever an author's code throws ends here: it must not get out of the patch interval. Implemented by rooms/author/author-guard. */
export interface Guard {
  /** Something of the author's has thrown. */
  caught(where: string, error: unknown): void;
  /** Calls a hook of `owner`, if there is one; what it throws, at once or later, is caught. */
  call<Owner, Args extends unknown[]>(
    where: string,
    owner: Owner,
    hook: ((this: Owner, ...args: Args) => unknown) | undefined,
    ...args: Args
  ): void;
}
