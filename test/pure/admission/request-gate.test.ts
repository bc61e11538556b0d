// What a request and an upgrade meet first, without sockets: whether their address is one that the framework can bear.
import type { IncomingMessage } from "node:http";
import { expect } from "chai";
import type { Carrier } from "../../../src/admission/carrier.ts";
import { ConnectionLimit } from "../../../src/admission/http/connection-limit.ts";
import { Peers } from "../../../src/admission/http/peer.ts";
import { RequestGate } from "../../../src/admission/http/request-gate.ts";
import { JoinQueue } from "../../../src/admission/join-queue.ts";
import { Readiness } from "../../../src/admission/readiness.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

const nobody = { delayed: () => {}, turnedAway: () => {} };
const carrier = { isFromPeer: () => false } as unknown as Carrier;

function gateWith(carriedBy: Carrier | undefined): RequestGate {
  const queue = new JoinQueue(0, new FakeClock(), nobody);
  const readiness = new Readiness(queue, { state: "ok", why: undefined });
  const connections = new ConnectionLimit({ connectionsPerIp: 10, trustProxy: 0 });
  const origins = { allowedOrigins: [] };
  return new RequestGate(new Peers(0, { warn: () => {} }), connections, origins, readiness, carriedBy);
}

const request = (url: string) =>
  ({
    url,
    headers: { host: "play.example:2567" },
    socket: { remoteAddress: "192.0.2.1" },
  }) as IncomingMessage;

describe("what a request meets first", () => {
  it("[H10] an upgrade that is counted may have a whole URL as its address; what is read as a URL is mended", () => {
    const whole = "http://play.example:2567/p/room?sessionId=s";
    const upgrade = request(whole);
    gateWith(undefined).receiveUpgrade(upgrade);
    expect(upgrade.url).to.equal(whole);
    const carried = request(whole);
    gateWith(carrier).receiveUpgrade(carried);
    const join = request(whole);
    gateWith(undefined).receive(join);
    expect([carried.url, join.url]).to.deep.equal(["/", "/"]);
  });
});
