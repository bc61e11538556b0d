// A host's way in where an identity provider signs hosts' tokens, in a browser and on a real server in token mode.
import { expect } from "chai";
import { SignJWT } from "jose";
import type { Page } from "playwright-core";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { Stage } from "./stage.ts";

const secret = "a secret of thirty-two characters at least";
const at = (page: Page, test: string) => page.locator(`[data-test=${test}]`);

/** A token as the provider signs it. */
function signed(role: string, key = secret): Promise<string> {
  return new SignJWT({ event_id: "*", role })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("grace")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(key));
}

describeWithChromium("in a browser: a host with a token", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open({ AUTH_MODE: "token", SESSION_SECRET: secret });
  });
  after(() => stage.close());

  it("[B162] the field is open at once, what is no host's token is refused beside it, a host's signs in and stays", async () => {
    const scene = stage.scene();
    const host = await scene.strangerAtHost();
    const { page } = host;
    const give = async (token: string) => {
      await at(page, "token").fill(token);
      await page.keyboard.press("Enter");
    };
    await page.goto(`${stage.url}/host`);
    await at(page, "token").waitFor({ state: "visible" });
    for (const token of [
      "guessed",
      await signed("host", `${secret}, another`),
      await signed("participant"),
    ]) {
      await give(token);
      await page.locator("#token[aria-invalid=true]").waitFor();
      await page.locator("#token-problem").getByText(/\S/).waitFor();
      expect(await at(page, "token").evaluate((field) => field === document.activeElement)).to.equal(true);
      await page.reload();
      await at(page, "token").waitFor({ state: "visible" });
    }
    await give(await signed("host"));
    await at(page, "signed-in").waitFor();
    await at(page, "create-open").click();
    await at(page, "create-title").fill("Friday quiz");
    await at(page, "create-submit").click();
    await at(page, "start").click();
    await host.isLive();
    await page.reload();
    await host.isLive();
    await at(page, "invite-open").waitFor({ state: "detached" }); // a link would be a code
    await at(page, "sign-out").click();
    await at(page, "token").waitFor({ state: "visible" });
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
