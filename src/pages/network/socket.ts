// A WebSocket over a bad network: looks like the browser's to whoever opens it, and receives only what gets through.
// In the dark it stays as it was; what comes and goes waits, and is delivered late when it gets light (TCP does that too).
import { type BadNetwork, type Carried, closeTimeoutMs, serverNoticesMs } from "./bad-network.ts";

type Handler = ((event: Event) => void) | null;
/** A code that the server takes for a lost connection: any but 4000. A page cannot close with 1006. */
const lostCode = 3999;
const lost = () => new CloseEvent("close", { code: 1006, reason: "", wasClean: false });

/** A copy that can be dispatched: an event can be only once. */
function copyOf(event: Event): Event {
  if (event.type === "message") return new MessageEvent("message", { data: (event as MessageEvent).data });
  if (event.type !== "close") return new Event(event.type);
  const { code, reason, wasClean } = event as CloseEvent;
  return new CloseEvent("close", { code, reason, wasClean });
}

/** The class to put in the place of `window.WebSocket`. */
export function socketOver(network: BadNetwork, Real: typeof WebSocket): typeof WebSocket {
  class SocketOverBadNetwork extends EventTarget implements Carried {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;
    onopen: Handler = null;
    onmessage: Handler = null;
    onclose: Handler = null;
    onerror: Handler = null;
    readyState = 0;
    readonly url: string;
    readonly #protocols: string | string[] | undefined;
    #binaryType: BinaryType = "blob";
    #real: WebSocket | undefined;
    /** What waits for the light: events from the server, frames to it, a close. */
    #inbound: Event[] = [];
    #outbound: Parameters<WebSocket["send"]>[0][] = [];
    #closing: [code?: number, reason?: string | undefined] | undefined;
    #cancels: (() => void)[] = [];

    constructor(url: string | URL, protocols?: string | string[]) {
      super();
      this.url = String(url);
      this.#protocols = protocols;
      if (typeof protocols === "object" && !Array.isArray(protocols))
        throw new SyntaxError("a browser's WebSocket takes protocols, no options");
      if (!network.isDark) this.#connect();
      network.carry(this);
    }

    get binaryType(): BinaryType {
      return this.#binaryType;
    }

    set binaryType(type: BinaryType) {
      this.#binaryType = type;
      if (this.#real !== undefined) this.#real.binaryType = type;
    }

    get protocol(): string {
      return this.#real?.protocol ?? "";
    }

    get extensions(): string {
      return this.#real?.extensions ?? "";
    }

    get bufferedAmount(): number {
      return this.#real?.bufferedAmount ?? 0;
    }

    send(data: Parameters<WebSocket["send"]>[0]): void {
      if (this.readyState === 0) throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
      if (this.readyState !== 1) return;
      if (network.isDark) this.#outbound.push(data);
      else this.#real?.send(data);
    }

    close(code?: number, reason?: string): void {
      if (this.readyState >= 2) return;
      this.readyState = 2;
      if (network.isDark) {
        this.#closing = code === undefined ? [] : [code, reason];
        this.#later(closeTimeoutMs, () => this.#end());
      } else if (this.#real !== undefined) this.#real.close(code, reason);
    }

    darkened(): void {
      this.#later(serverNoticesMs, () => this.#real?.close(lostCode, "dark"));
    }

    lit(): void {
      for (const cancel of this.#cancels.splice(0)) cancel();
      if (this.#real === undefined) {
        if (this.readyState === 0) this.#connect();
        else this.#end();
        return;
      }
      if (this.#real.readyState === 1) for (const data of this.#outbound) this.#real.send(data);
      this.#outbound = [];
      for (const event of this.#inbound.splice(0)) this.#deliver(event);
      if (this.#closing !== undefined) this.#real.close(this.#closing[0], this.#closing[1]);
      if (this.readyState === 3) network.letGo(this);
    }

    cut(): void {
      this.#real?.close(lostCode, "cut");
      this.#end();
    }

    #connect(): void {
      const real = new Real(this.url, this.#protocols);
      this.#real = real;
      real.binaryType = this.#binaryType;
      for (const type of ["open", "message", "error", "close"]) {
        real.addEventListener(type, (event) => {
          if (network.isDark) this.#inbound.push(event);
          else this.#deliver(event);
        });
      }
    }

    /** The application learns of it. What the network itself closed is a lost connection to it. */
    #deliver(event: Event): void {
      if (this.readyState === 3) return;
      if (event.type === "close") {
        const { code, reason } = event as CloseEvent;
        if (code === lostCode && reason === "dark") return this.#end();
        this.readyState = 3;
        network.letGo(this);
      }
      if (event.type === "open") this.readyState = Math.max(this.readyState, 1);
      this.#dispatch(copyOf(event));
    }

    /** Over, without a message of the server. */
    #end(): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      // Whom the server still holds is let go when it would notice: by the timer, or when it gets light.
      if (!network.isDark) network.letGo(this);
      this.#dispatch(new Event("error"));
      this.#dispatch(lost());
    }

    #dispatch(event: Event): void {
      const handler = this[`on${event.type}` as "onopen" | "onmessage" | "onclose" | "onerror"];
      handler?.call(this, event);
      this.dispatchEvent(event);
    }

    #later(delayMs: number, task: () => void): void {
      this.#cancels.push(network.timers.after(delayMs, task));
    }
  }
  return SocketOverBadNetwork as unknown as typeof WebSocket;
}
