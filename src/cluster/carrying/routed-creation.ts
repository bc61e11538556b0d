// An event that is to be there, wherever in the cluster it belongs: created here, or asked of the process that has it, by one
// POST between processes.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Creation, DescribedCreation } from "../../protocol/incoming/opening.ts";
import { movedHeader, peerSecretHeader } from "../../protocol/peer-headers.ts";
import { Refusal, refusalIn, type RefusalCode } from "../../protocol/refusal.ts";
import type { Member } from "../member.ts";
import { notNow } from "../refusals.ts";
import type { Outcome, Route, RouteFollower } from "../router.ts";

const createPath = "/cluster/create";
/** Longer than a store may take at the other process. */
const askedLimitMs = 5000;

/** Creates events in this process. Implemented by admission/event-creation. */
export interface LocalCreation {
  /** @throws Refusal */
  create(creation: Creation): Promise<DescribedCreation>;
}

/** True for a request of another process for an event. */
export function isCreation({ url, method }: IncomingMessage): boolean {
  return url === createPath && method === "POST";
}

export class RoutedCreation implements RouteFollower {
  /** Set when it has been followed to its end. */
  created: DescribedCreation | undefined;
  readonly #creation: Creation;
  readonly #member: Member;
  readonly #local: LocalCreation;

  constructor(creation: Creation, member: Member, local: LocalCreation) {
    this.#creation = creation;
    this.#member = member;
    this.#local = local;
  }

  async follow(route: Route): Promise<Outcome> {
    if (route.to === "there") return this.#ask(route.address);
    const leave = route.held === undefined ? undefined : this.#member.visit(route.held);
    try {
      this.created = await this.#local.create(this.#creation);
      return "done";
    } finally {
      leave?.();
    }
  }

  async #ask(address: string): Promise<Outcome> {
    const response = await fetch(`http://${address}${createPath}`, {
      method: "POST",
      headers: { [peerSecretHeader]: this.#member.secret, "content-type": "application/json" },
      body: JSON.stringify(this.#creation),
      signal: AbortSignal.timeout(askedLimitMs),
    }).catch(() => undefined);
    if (response === undefined || response.headers.has(movedHeader)) return "moved";
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) {
      this.created = answer as DescribedCreation; // of an earlier version it has no `event`
      return "done";
    }
    const refused = refusalIn(response.status, answer);
    if (refused === undefined) return "moved";
    const { reason, retry_after_ms: retryAfterMs } = refused;
    throw new Refusal(refused.code as RefusalCode, refused.error, {
      ...(reason === undefined ? {} : { reason }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** Answers another process that has asked for an event. */
export async function answerCreation(
  response: ServerResponse,
  asked: Promise<DescribedCreation>,
): Promise<void> {
  let status = 200;
  let answer: object;
  try {
    answer = await asked;
  } catch (error) {
    const refusal = error instanceof Refusal ? error : notNow();
    [status, answer] = [refusal.code, refusal.body];
    if (refusal.reason === "moving") response.setHeader(movedHeader, "1");
  }
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
}
