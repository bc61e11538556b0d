// What a host asks of an event that another process of a cluster has: repeated when that has not got it, and not when it may
// have been done. The other process is an HTTP server that answers, or does not, as each test says.
import { expect } from "chai";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Member } from "../../../src/cluster/member.ts";
import { RoutedJoin } from "../../../src/cluster/carrying/routed-join.ts";
import type { Outcome, RouteFollower, Router } from "../../../src/cluster/router.ts";
import { callOf } from "../../../src/host-api/calls.ts";
import { apiRoutes } from "../../../src/protocol/wire/api-routes.ts";
import { movedHeader } from "../../../src/protocol/peer-headers.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";

const asked = { roomId: "r", isFromPeer: false };
const answering = { refuse() {}, here() {} };

describe("a request that is carried to another process", () => {
  let heard = 0;
  let answer: RequestListener = () => {};
  const other = createServer((request, response) => {
    heard += 1;
    answer(request, response);
  });
  let address: string;
  before(async () => {
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  });
  after(() => {
    other.closeAllConnections();
    other.close();
  });

  /** Carries one; resolves with what the router is told, or with the reason why it was refused. */
  const carry = async (isRepeatable: boolean, to = address): Promise<Outcome | string> => {
    heard = 0;
    const outcomes: Outcome[] = [];
    const router = {
      isStillAt: () => Promise.resolve(true),
      async route(_: unknown, follower: RouteFollower) {
        outcomes.push(await follower.follow({ to: "there", address: to }));
      },
    } as unknown as Router;
    const member = { secret: "s" } as Member;
    const request = { method: "POST", url: "/api/v1/events/e/actions", headers: {} } as IncomingMessage;
    const response = { destroyed: false, writeHead: () => ({ end() {} }) } as unknown as ServerResponse;
    const carried = { request, response, body: "{}", isRepeatable };
    return new RoutedJoin({ router, member }, asked, carried, answering).run().then(
      () => outcomes.join(),
      (refusal: Refusal) => `${refusal.code} ${refusal.reason}`,
    );
  };

  it("[W109] what may be repeated is asked of the event's next process when this one breaks off", async () => {
    answer = (request) => request.socket.destroy();
    expect(await carry(true)).to.equal("moved");
    expect(heard).to.equal(1);
  });

  it("[W109] what may not be repeated is refused when it was heard, and not answered", async () => {
    const breaks: RequestListener[] = [
      (request) => request.socket.destroy(),
      (request, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("{", () => request.socket.destroy());
      },
    ];
    for (const each of breaks) {
      answer = each;
      expect(await carry(false)).to.equal("503 unavailable");
      expect(heard).to.equal(1);
    }
  });

  it("[W109] an action may not be repeated, and everything else may", () => {
    for (const { method, path } of apiRoutes) {
      const call = callOf(method, `/api/v1${path.replace("{event_id}", "a")}`);
      expect(call?.isRepeatable, `${method} ${path}`).to.equal(!path.endsWith("/actions"));
    }
  });

  it("[W109] what has not been heard, or not been done, is asked again, and what is answered is done", async () => {
    expect(await carry(false, "127.0.0.1:1"), "nobody listens").to.equal("moved");
    answer = (_, response) => void response.writeHead(503, { [movedHeader]: "1" }).end("{}");
    expect(await carry(false), "it says that it has not got the event").to.equal("moved");
    answer = (_, response) => void response.writeHead(200).end("{}");
    expect(await carry(false)).to.equal("done");
  });
});
