// The observer that never drops: joins without a seat, straight to the server, and writes down every announcement.
import { type EventRoomHandle, join } from "../support/sdk.ts";
import type { Heard } from "./evidence.ts";
import { hear, isPhone } from "./hear.ts";

export class Witness {
  readonly heard: Heard[] = [];
  readonly #room: EventRoomHandle;
  /** The close code, if its own connection was lost: then it is no witness. */
  lostWith: number | undefined;
  #isDone = false;

  private constructor(room: EventRoomHandle) {
    this.#room = room;
    room.onMessage("*", (type: unknown, payload: unknown) => {
      const heard = hear(type, payload);
      if (heard !== undefined) this.heard.push(heard);
    });
    const lost = (code: number) => {
      if (!this.#isDone) this.lostWith ??= code;
    };
    room.onDrop(lost);
    room.onLeave(lost);
    room.onError(() => {});
  }

  static async of(url: string, eventId: string): Promise<Witness> {
    return new Witness(await join(url, { event_id: eventId, role: "observer" }));
  }

  /** The devices that everyone is to see as connected. */
  get sees(): string[] {
    const participants = [...(this.#room.state?.participants ?? [])];
    return participants
      .filter(([device, { status }]) => isPhone(device) && status === "connected")
      .map(([device]) => device);
  }

  /** What everyone is to think of a device now. */
  viewOf(device: string): "here" | "away" | "gone" {
    const status = this.#room.state?.participants?.get(device)?.status;
    if (status === undefined) return "gone";
    return status === "connected" ? "here" : "away";
  }

  count(type: string, device: string, reason?: string): number {
    return this.heard.filter(
      (heard) =>
        heard.type === type && heard.device === device && (reason === undefined || heard.reason === reason),
    ).length;
  }

  async leave(): Promise<void> {
    this.#isDone = true;
    await this.#room.leave();
  }
}
