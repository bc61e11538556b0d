// The same checks against two servers at once: a stock one and one with Holdfast. What their clients see is the same.
import { expect } from "chai";
import { type Check, Stage } from "./stage.ts";

/** The addresses of a server's processes. */
export type Urls = () => readonly string[];

let count = 0;

/** What one server shows to a check. */
export async function shown(check: Check, urls: readonly string[]): Promise<string> {
  const stage = new Stage(urls, `k${process.pid}-${++count}`);
  try {
    return stage.told(await check.run(stage));
  } finally {
    await stage.close();
  }
}

/** Defines a test for each check: both servers show the same. */
export function sideBySide(checks: readonly Check[], stock: Urls, holdfast: Urls): void {
  for (const check of checks)
    it(check.title, async () => {
      const [reference, ours] = await Promise.all([shown(check, stock()), shown(check, holdfast())]);
      expect(reference, "what the stock server shows").to.not.equal("");
      expect(ours).to.equal(reference);
    });
}
