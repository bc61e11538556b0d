// A tab that may keep nothing still works until it is reloaded.
import { expect } from "chai";
import { keepForTab, keptForTab } from "../../../src/pages/tab-memory.ts";

const restore = Object.getOwnPropertyDescriptor(globalThis, "sessionStorage");
const given = (get: () => unknown) =>
  Object.defineProperty(globalThis, "sessionStorage", { configurable: true, get });

describe("page's memory of its tab", () => {
  afterEach(() => {
    if (restore === undefined) Reflect.deleteProperty(globalThis, "sessionStorage");
    else Object.defineProperty(globalThis, "sessionStorage", restore);
  });

  it("keeps, finds and forgets", () => {
    const items = new Map<string, string>();
    given(() => ({
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    }));
    keepForTab("a", "token");
    expect([keptForTab("a"), items.get("a")]).to.deep.equal(["token", "token"]);
    keepForTab("a", undefined);
    expect([keptForTab("a"), items.size]).to.deep.equal([undefined, 0]);
  });

  it("a storage that may not even be named only forgets with the page", () => {
    given(() => {
      throw new DOMException("no", "SecurityError");
    });
    expect(keptForTab("b")).to.equal(undefined);
    keepForTab("b", "token");
    expect(keptForTab("b")).to.equal("token");
    keepForTab("b", undefined);
    expect(keptForTab("b")).to.equal(undefined);
  });

  it("so does one that takes nothing more", () => {
    given(() => ({
      getItem: () => null,
      setItem: () => {
        throw new DOMException("no", "QuotaExceededError");
      },
      removeItem: () => {},
    }));
    keepForTab("c", "token");
    expect(keptForTab("c")).to.equal("token");
    keepForTab("c", undefined);
  });
});
