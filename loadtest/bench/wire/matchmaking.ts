// Colyseus's matchmaking, by hand, over connections that are kept: one POST per join. Never retries; the dialect does.
import { Agent, request } from "node:http";

export interface Reservation {
  readonly sessionId: string;
  readonly roomId: string;
  readonly processId: string;
}

/** The server said no. `retryMs` when its sentence says when to come again. */
export class Refused extends Error {
  readonly retryMs: number | undefined;

  constructor(answer: string) {
    super(answer.slice(0, 200));
    const hint = /retry in (\d+) ms/i.exec(answer)?.[1];
    this.retryMs = hint === undefined ? undefined : Number(hint);
  }
}

export class Matchmaker {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(port: number) {
    this.#port = port;
  }

  /** @throws Refused */
  join(options: Readonly<Record<string, string>>): Promise<Reservation> {
    const body = JSON.stringify(options);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const path = "/matchmake/joinOrCreate/event";
    return new Promise((resolve, reject) => {
      const question = request(
        { host: "127.0.0.1", port: this.#port, path, method: "POST", agent: this.#agent, headers },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => (text += part));
          response.on("error", reject);
          response.on("end", () => {
            if (response.statusCode === 200) resolve(JSON.parse(text) as Reservation);
            else reject(new Refused(`${response.statusCode} ${text}`));
          });
        },
      );
      question.on("error", reject);
      question.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
