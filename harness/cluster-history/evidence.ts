// What clients of a cluster saw, as plain data: the only thing that the checker looks at.

/** One connection of one client, from its first state to its end. Instants are the client's. */
export interface Span {
  readonly client: string;
  readonly event: string;
  readonly from: number;
  to: number;
  /** device id -> status, in the first state. */
  readonly first: ReadonlyMap<string, string>;
  readonly heard: Told[];
  /** What the room's author said, as far as this client listens for it. */
  readonly words: Word[];
}

/** A room author's word: under which epoch, and when, on the server's clock, its code ran. */
export interface Word {
  readonly epoch: number;
  readonly at: number;
}

export interface Told {
  readonly type: string;
  readonly device: string;
  readonly reason: string;
  readonly epoch: number;
  readonly seq: number;
  /** When the server told it, on its clock. */
  readonly at: number;
  readonly graceExpiresAt: number;
}

/** A seat as its own device found it in a first state, and when that connection last heard anything. */
export interface Visit {
  readonly at: number;
  readonly until: number;
  readonly joinedAt: number;
}

export interface DeviceStory {
  readonly device: string;
  readonly event: string;
  /** Always tries to be there; goes away for good now and then, until it is announced as left; or says goodbye. */
  readonly kind: "stays" | "wanders" | "leaves";
  readonly visits: readonly Visit[];
  /** When a wanderer cut its connection and stayed away, and when it came again. */
  readonly absences: readonly { from: number; to: number }[];
  /** When it said goodbye, when its socket was closed for that, and with which code; undefined for no answer in time. */
  readonly goodbyes: readonly { from: number; to: number; code: number | undefined }[];
}

/** A process has opened or adopted an event. */
export interface Owned {
  readonly process: string;
  readonly event: string;
  readonly epoch: number;
  /** When it said so, on the server's clock. */
  readonly at: number;
}

export interface Evidence {
  readonly graceMs: number;
  /** The longest that the clients' own process was held up: what they heard may have been said so much earlier. */
  readonly heardLateMs: number;
  readonly spans: readonly Span[];
  readonly stories: readonly DeviceStory[];
  readonly owned: readonly Owned[];
  /** After everything has healed: each observer's roster, and who should be in it. */
  readonly rosters: readonly {
    readonly event: string;
    readonly client: string;
    readonly devices: string[];
  }[];
}
