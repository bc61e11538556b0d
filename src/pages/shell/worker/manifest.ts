// What the build tells the worker of itself (scripts/pages/release.ts).

export interface Manifest {
  readonly build: string;
  /** The SHA-256 of each file, in Base64: what a captive portal answers is not it. */
  readonly hashes: Readonly<Record<string, string>>;
  /** For each page and language the files of its shell, the HTML first. Addresses as seen from the scope. */
  readonly sets: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}
