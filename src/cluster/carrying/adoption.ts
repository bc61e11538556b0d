// How a process that drains offers an event to another, and how that takes it: one POST between processes.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Member } from "../member.ts";
import { peerSecretHeader } from "../../protocol/peer-headers.ts";
import type { Outcome, Route, RouteFollower } from "../router.ts";

const adoptPath = "/cluster/adopt/";

/** The room whose event another process offers; undefined for any other request. */
export function offeredRoom({ url }: IncomingMessage): string | undefined {
  return url?.startsWith(adoptPath) ? url.slice(adoptPath.length) : undefined;
}

/** Offers a free event to another process. Resolves with whether it took it within `limitMs`. */
export async function offer(
  address: string,
  roomId: string,
  secret: string,
  limitMs: number,
): Promise<boolean> {
  const headers = { [peerSecretHeader]: secret };
  const signal = AbortSignal.timeout(limitMs);
  return fetch(`http://${address}${adoptPath}${roomId}`, { method: "POST", headers, signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** An event that is offered to this process: taken if it becomes this process's. */
export class Adoption implements RouteFollower {
  readonly roomId: string;
  readonly #member: Member;
  readonly #response: ServerResponse;

  constructor(member: Member, roomId: string, response: ServerResponse) {
    this.roomId = roomId;
    this.#member = member;
    this.#response = response;
  }

  async follow({ to }: Route): Promise<Outcome> {
    if (to === "here") await this.#member.adopt(this.roomId);
    return "done";
  }

  answer(isTaken: boolean): void {
    this.#response.writeHead(isTaken ? 204 : 503).end();
  }
}
