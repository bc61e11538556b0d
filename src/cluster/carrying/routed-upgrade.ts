// A WebSocket for a room: served here, or joined to the owner's.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Held } from "../held.ts";
import type { Member } from "../member.ts";
import type { Asked, Outcome, Router } from "../router.ts";
import type { Upgrading } from "./answering.ts";
import { RoutedRequest } from "./routed-request.ts";
import type { Splices } from "./splices.ts";

export class RoutedUpgrade extends RoutedRequest {
  readonly #member: Member;
  readonly #splices: Splices;
  readonly #request: IncomingMessage;
  readonly #socket: Duplex;
  readonly #head: Buffer;
  readonly #answering: Upgrading;

  constructor(
    { router, member, splices }: { router: Router; member: Member; splices: Splices },
    asked: Asked,
    { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
    answering: Upgrading,
  ) {
    super(router, asked, socket);
    this.#member = member;
    this.#splices = splices;
    this.#request = request;
    this.#socket = socket;
    this.#head = head;
    this.#answering = answering;
    socket.on("error", this.#giveUp);
  }

  protected override async serveHere(held: Held | undefined): Promise<void> {
    if (held !== undefined) await this.#member.restore(this.asked.roomId);
    this.#socket.off("error", this.#giveUp);
    if (!this.#socket.destroyed) this.#answering.here();
  }

  protected override async carryTo(address: string, signal: AbortSignal): Promise<Outcome> {
    const { secret } = this.#member;
    const [request, socket, head] = [this.#request, this.#socket, this.#head];
    const outcome = await this.#splices.splice(request, socket, head, address, secret, signal);
    if (outcome === "done") this.#answering.carried();
    return outcome;
  }

  readonly #giveUp = (): void => void this.#socket.destroy();
}
