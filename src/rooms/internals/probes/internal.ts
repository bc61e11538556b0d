// A row of the table of internals: see check.ts.

/** A part of a package that its documentation does not promise. */
export interface Internal {
  readonly package: string;
  /** The version in which it was read. */
  readonly readIn: string;
  /** What it is called there. */
  readonly name: string;
  /** What we use it for: the end of the sentence "it is needed so that ...". */
  readonly purpose: string;
  /** Our files that use it, as paths in the repository. */
  readonly usedBy: readonly string[];
  /** What the package would have to offer so that this could go. */
  readonly wanted: string;
  /** The tests that pin how it behaves. */
  readonly pinnedBy: readonly string[];
  /** False, or a throw, when it is not there as it was. */
  isThere(): boolean;
}
