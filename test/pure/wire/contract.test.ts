// docs/contract.md, the page that counts, against the code: every word of the closed lists, every message and route of ours.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { closeCodes } from "../../../src/protocol/close-codes.ts";
import { disconnectReasons, leaveReasons } from "../../../src/protocol/messages.ts";
import { refusalReasons } from "../../../src/protocol/refusal.ts";
import { protocolVersion } from "../../../src/protocol/version.ts";
import { routes, toClient, toRoom } from "../../../src/protocol/wire/catalogue.ts";

const contract = readFileSync("docs/contract.md", "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
const section = (title: string) => contract.split(/^## \d+\. /m).find((text) => text.startsWith(title)) ?? "";
const missingIn = (text: string, words: readonly string[]) =>
  words.filter((word) => !text.includes(`\`${word}\``) && !text.includes(`\`${word}:`));

describe("the contract", () => {
  it("[Z45] has every message, each way, and the version", () => {
    expect(missingIn(contract, Object.keys({ ...toClient, ...toRoom }))).to.deep.equal([]);
    expect(contract).to.contain(`\`protocolVersion\` (${protocolVersion})`);
  });

  it("[Z45] has every reason of a refusal, of an absence and of a leave", () => {
    expect(missingIn(section("Refusals"), refusalReasons)).to.deep.equal([]);
    expect(missingIn(section("Messages"), [...disconnectReasons, ...leaveReasons])).to.deep.equal([]);
  });

  it("[Z45] has every close code with its reason", () => {
    for (const { code, reason } of Object.values(closeCodes))
      expect(section("Close codes")).to.contain(`| ${code} | \`${reason}\` |`);
  });

  it("[Z45] has every route of ours", () => {
    for (const { method, path } of routes) {
      const [, first = "", second = ""] = path.split("/");
      const isMatchmaking = first === "matchmake";
      const names = isMatchmaking ? second.replaceAll(/[()?:]/g, "").split("|") : [second];
      for (const name of names) {
        const shown = isMatchmaking ? `/${name}/` : `${method} /${first}${name === "" ? "" : `/${name}`}`;
        expect(section("HTTP"), path).to.contain(shown);
      }
    }
  });
});
