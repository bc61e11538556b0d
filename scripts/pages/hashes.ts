// Hashes of what the build makes: for names, and as browsers check them.
import { createHash } from "node:crypto";

/** Short, for a file's name. */
export const hashOf = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 8);

/** As a content policy and an `integrity` have it, without the name of the method. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("base64");
