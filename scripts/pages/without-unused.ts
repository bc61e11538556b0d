// Leaves out of the pages' script what the SDK and its schema bring and no page of ours uses: the inputs of games, WebTransport,
// and a server's encoder. A phone would load it before it is in.
import type { Plugin } from "vite";

/** Whole files, by their end, and what stands in their place. Whatever a server offers of it, a page does not take. */
const files: Readonly<Record<string, string>> = {
  // A room with an input schema describes it in its handshake: that is passed over, and its clock is nobody's.
  "/@colyseus/sdk/build/input/RoomInput.mjs": `export class RoomInput {
    applyReflection() {}
    applyOptions() {}
    ackInput() { return -1; }
    reset() {}
    handle() { throw new Error("the pages' build has no room.input()"); }
  }`,
  // Only for addresses that begin with h3, which none of ours does.
  "/@colyseus/sdk/build/transport/H3Transport.mjs": `export class H3TransportTransport {
    constructor() { throw new Error("the pages' build has no WebTransport"); }
  }`,
};

/** In a file, by its end, what is assigned when it is loaded and so can be left out by nobody else, and what it becomes. */
const assigned: Readonly<Record<string, readonly [from: string, to: string]>> = {
  "/@colyseus/schema/build/index.mjs": [
    "\nReflection.encode = function",
    "\nconst reflectionEncode = function",
  ],
};

const endOf = (id: string, ends: object) =>
  Object.keys(ends).find((end) => id.replaceAll("\\", "/").endsWith(end));

/** @throws Error in a build in which one of them is not found: the package has it elsewhere then, or no more */
export function withoutUnused(): Plugin {
  const found = new Set<string>();
  return {
    name: "without-unused",
    enforce: "pre",
    apply: "build",
    load(id) {
      const end = endOf(id, files);
      if (end === undefined) return undefined;
      found.add(end);
      return files[end];
    },
    transform(code, id) {
      const end = endOf(id, assigned);
      const [from, to] = (end !== undefined && assigned[end]) || ["", ""];
      if (end === undefined || code.split(from).length !== 2) return undefined;
      found.add(end);
      return { code: code.replace(from, to), map: null };
    },
    buildEnd(error) {
      const missing = Object.keys({ ...files, ...assigned }).filter((end) => !found.has(end));
      if (error === undefined && missing.length > 0)
        throw new Error(
          `cannot be left out of the pages, because it is not as it was: ${missing.join(", ")}`,
        );
    },
  };
}
