// A join, a reconnection, or what a host asks of an event over HTTP, with its whole body: served here, or asked of the owner and answered as it answers.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Held } from "../held.ts";
import type { Member } from "../member.ts";
import type { Asked, Outcome, Router } from "../router.ts";
import { answerLost } from "../refusals.ts";
import { forward } from "./forward.ts";
import type { Answering } from "./answering.ts";
import { RoutedRequest } from "./routed-request.ts";

/** What is carried. */
interface CarriedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
  /** It may be asked again of another process when the first has not answered. */
  readonly isRepeatable: boolean;
}

export class RoutedJoin extends RoutedRequest {
  readonly #member: Member;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #body: string;
  readonly #isRepeatable: boolean;
  readonly #answering: Answering;

  constructor(
    { router, member }: { router: Router; member: Member },
    asked: Asked,
    { request, response, body, isRepeatable }: CarriedRequest,
    answering: Answering,
  ) {
    super(router, asked, response);
    this.#member = member;
    this.#request = request;
    this.#response = response;
    this.#body = body;
    this.#isRepeatable = isRepeatable;
    this.#answering = answering;
  }

  protected override async serveHere(held: Held | undefined): Promise<void> {
    if (held !== undefined) this.#response.once("close", this.#member.visit(held));
    if (held !== undefined && this.asked.eventId === undefined) await this.#member.restore(this.asked.roomId);
    this.#answering.here();
  }

  protected override async carryTo(address: string, signal: AbortSignal): Promise<Outcome> {
    const forwarded = { request: this.#request, body: this.#body, isRepeatable: this.#isRepeatable };
    const answer = await forward(forwarded, address, this.#member.secret, signal);
    if (answer === "lost") throw answerLost();
    if (answer === "moved") return "moved";
    const response = this.#response;
    if (!response.destroyed) response.writeHead(answer.status, answer.headers).end(answer.body);
    return "done";
  }
}
