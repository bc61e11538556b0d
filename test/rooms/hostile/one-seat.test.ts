// One seat that returns over and over, by every way there is, on a server with a rate.
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { askToJoin } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";

describe("one seat that returns over and over", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { joinsPerSecond: 5, gracePeriodMs: 30_000 } });
  });
  after(() => app.close());

  it("[H6] parallel returns of one seat: one waits, the others get 503; a wrong proof displaces nobody", async () => {
    const me = identity(newEvent());
    await Phone.join(app.url, me);
    const first = askToJoin(app.url, me).then(({ status }) => status); // waits: its seat came in a moment ago
    const strangers = Array.from({ length: 3 }, (_, i) =>
      askToJoin(app.url, { ...me, session_token: `wrong ${i}` }),
    );
    expect((await Promise.all(strangers)).map(({ status }) => status)).to.deep.equal([401, 401, 401]);
    expect(await first).to.equal(200);
    const many = await Promise.all(Array.from({ length: 10 }, () => askToJoin(app.url, me)));
    const statuses = many.map(({ status }) => status);
    expect(
      statuses.filter((status) => status === 200),
      statuses.join(),
    ).to.have.length.within(1, 2);
    expect(statuses.filter((status) => status === 503)).to.have.length(
      10 - statuses.filter((s) => s === 200).length,
    );
    const hinted = many
      .filter(({ status }) => status === 503)
      .every(({ text }) => /retry in \d+ ms/.test(text));
    expect(hinted).to.equal(true);
  });

  it("[H6] a return by token and a return by join are one seat's", async () => {
    const me = identity(newEvent());
    const phone = await Phone.join(app.url, me);
    const token = phone.room.reconnectionToken;
    phone.drop();
    const back = await Phone.reconnect(app.url, token); // counts at its socket
    const joins = [askToJoin(app.url, me), askToJoin(app.url, me)];
    expect((await Promise.all(joins)).map(({ status }) => status).toSorted((a, b) => a - b)).to.deep.equal([
      200, 503,
    ]);
    back.room.leave();
  });
});
