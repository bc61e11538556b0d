// Where our client asks for a seat and where it takes it: where the stock SDK's would, for the same server's address.
import { Client } from "@colyseus/sdk";
import { expect } from "chai";
import { type Environment, systemEnvironment } from "../../../../src/client/platform/environment.ts";
import type { Reservation } from "../../../../src/client/connection/connection.ts";
import { Matchmaking } from "../../../../src/client/connection/sdk/matchmaking.ts";

/** The SDK's two addresses of a server, which it keeps to itself. */
class StockClient extends Client {
  asks(path: string): string {
    return this.getHttpEndpoint(path);
  }
  socket(reservation: Reservation): string {
    const { sessionId, reconnectionToken } = reservation;
    const options = { sessionId, ...(reconnectionToken === undefined ? {} : { reconnectionToken }) };
    return this.buildEndpoint({ name: "event", ...reservation }, options);
  }
}

const seat: Reservation = { roomId: "ev-r", sessionId: "s1", processId: "p" };

/** What a request for a seat was, and what came of it. */
async function asked(url: string, answer: object) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const environment: Environment = {
    ...systemEnvironment(),
    fetch: async (to, init) => {
      requests.push({ url: String(to), init });
      return Response.json(answer);
    },
  };
  const matchmaking = new Matchmaking(url, environment);
  const result = await matchmaking.join({ event_id: "e" }, new AbortController().signal);
  return { matchmaking, request: requests[0], result };
}

describe("our matchmaking beside the SDK's", () => {
  const servers = [
    "http://a.example",
    "http://a.example/",
    "https://a.example",
    "https://a.example:443/",
    "https://a.example:8443/game/",
    "ws://a.example:2567",
    "wss://a.example/a/b?key=1&other=x%26y",
    "http://[::1]:2567",
    "https://[2001:db8::7]/game?key=1",
    "http://user:secret@a.example/game#part",
    "http://A.EXAMPLE:80/",
  ];
  const seats: readonly Reservation[] = [
    seat,
    { ...seat, reconnectionToken: "t" },
    { ...seat, publicAddress: "b.example:8000/p/2" },
    { ...seat, publicAddress: "[2001:db8::8]:8000" },
    { ...seat, publicAddress: "" },
  ];

  it("[C3] has the addresses that the SDK has: TLS, ports, paths, queries, IPv6, public addresses", async () => {
    for (const server of servers) {
      const stock = new StockClient(server);
      const { matchmaking, request } = await asked(server, seat);
      expect(request?.url, server).to.equal(stock.asks("/matchmake/joinOrCreate/event"));
      for (const one of seats) expect(matchmaking.addressOf(one), server).to.equal(stock.socket(one));
    }
  });

  it("[C3] asks with cookies, for JSON, and sends a space in the server's query as %20", async () => {
    const { request, matchmaking } = await asked("https://a.example?key=a%20b+c%2Bd", seat);
    expect(request?.url).to.equal("https://a.example/matchmake/joinOrCreate/event?key=a%20b%20c%2Bd");
    expect(matchmaking.addressOf(seat)).to.equal("wss://a.example/p/ev-r?key=a%20b%20c%2Bd&sessionId=s1");
    const { method, credentials, headers, body } = request?.init ?? {};
    expect({ method, credentials, headers, body }).to.deep.equal({
      method: "POST",
      credentials: "include",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: '{"event_id":"e"}',
    });
  });

  it("[C3] an answer whose public address is no text names no seat", async () => {
    for (const publicAddress of [7, {}, true])
      expect((await asked("http://a.example", { ...seat, publicAddress })).result).to.deep.equal({
        type: "unreachable",
      });
    for (const publicAddress of [null, "", "b.example"])
      expect((await asked("http://a.example", { ...seat, publicAddress })).result).to.include(seat);
  });
});
