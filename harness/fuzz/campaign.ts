// Hostile frames and joins against a real server, bounded and seeded. At least half reach a joined socket or are
// well-formed joins. Meanwhile a bystander in the attacked room must have every heartbeat answered, the process must live,
// and every refusal must be one of the contract's codes and a sentence. Owns the server that is attacked.
import { Agent } from "node:http";
import { connect } from "node:net";
import { type RefusalBody, refusalReasons } from "../../src/protocol/refusal.ts";
import { frameClasses } from "./frames.ts";
import { Random } from "./random.ts";
import { hostileUpgrade, hugeBody, type HostileRequest, requestClasses } from "./requests.ts";
import { type Answer, Attacker, Bystander, send, type Venue } from "./sockets.ts";
import { Target } from "./target.ts";

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Bodies of 30 MB among them. */
  readonly hugeBodies?: number;
}

export interface ClassReport {
  sent: number;
  /** On a joined socket that the server had not closed, or as a well-formed join. */
  reached: number;
  /** Sockets that the server closed, or upgrades that it refused. */
  closed: number;
  readonly codes: Map<number, number>;
}

export interface FuzzReport {
  readonly seed: number;
  readonly classes: ReadonlyMap<string, ClassReport>;
  readonly sent: number;
  readonly reached: number;
  readonly beats: number;
  readonly worstBeatMs: number;
  readonly seconds: number;
  readonly rssMb: number;
  /** Why it failed; empty when it did not. */
  readonly faults: readonly string[];
}

const eventId = "the attacked event";
const contractCodes: ReadonlySet<number> = new Set([400, 401, 403, 409, 410, 413, 429, 503]);
const internals = /node_modules|\bat [\w.<>]+ \(|\.ts:\d|\.js:\d|Error:|\[object|undefined/;
const beatWithinMs = 5000;
const attackers = 48;
const frameShare = 0.55;
const upgradeShare = 0.05;
const upgradeWithinMs = 150;
const maxFaults = 20;

class Campaign {
  readonly #target: Target;
  readonly #random: Random;
  readonly #venue: Venue;
  readonly classes = new Map<string, ClassReport>();
  readonly faults: string[] = [];
  #left: number;

  constructor(target: Target, venue: Venue, { seed, count }: FuzzOptions) {
    this.#target = target;
    this.#venue = venue;
    this.#random = new Random(seed);
    this.#left = count;
  }

  /** One attacker's work: draws from the common budget until it is spent. */
  async attack(index: number, roomId: string): Promise<void> {
    const options = {
      event_id: eventId,
      device_id: `attacker ${index}`,
      session_token: `of attacker ${index}`,
    };
    const attacker = new Attacker(this.#venue, options);
    while (this.#left > 0 && this.faults.length < maxFaults && this.#target.isAlive) {
      this.#left -= 1;
      const dice = this.#random.next();
      try {
        if (dice < frameShare) await this.#strike(attacker);
        else if (dice < frameShare + upgradeShare) await this.#upgrade(roomId);
        else await this.#request();
      } catch (error) {
        this.faults.push((error as Error).message);
      }
    }
    attacker.leave();
  }

  async huge(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const report = this.#report("bodies of 30 MB");
      report.sent += 1;
      await this.#ask(hugeBody(i % 2 === 1), report).catch((error: Error) => this.faults.push(error.message));
    }
  }

  async #strike(attacker: Attacker): Promise<void> {
    const [name, { make }] = weighted(this.#random, frameClasses);
    const report = this.#report(name);
    const frame = make(this.#random);
    report.sent += 1;
    const fate = await attacker.strike(frame);
    report.reached += 1;
    if (fate === "closed") report.closed += 1;
  }

  async #request(): Promise<void> {
    const [name, { make, isJoin }] = weighted(this.#random, requestClasses);
    const report = this.#report(name);
    const request = make(this.#random, eventId);
    report.sent += 1;
    if (isJoin) report.reached += 1;
    await this.#ask(request, report);
  }

  async #ask(request: HostileRequest, report: ClassReport): Promise<void> {
    const answer = await send(this.#venue.port, this.#venue.agent, request).catch((error: Error) => {
      // A server that answers 413 and closes may do so before we have sent everything.
      if (request.body.length > 64 * 1024 && /EPIPE|ECONNRESET/.test(error.message)) return undefined;
      throw new Error(`${error.message} to ${request.path} ${String(request.body).slice(0, 100)}`);
    });
    if (answer === undefined) return;
    report.codes.set(answer.status, (report.codes.get(answer.status) ?? 0) + 1);
    const fault = faultOf(answer);
    if (fault !== undefined)
      this.faults.push(`${request.path} ${String(request.body).slice(0, 100)}: ${fault}`);
  }

  /** Raw bytes in place of a handshake, and after it. */
  async #upgrade(roomId: string): Promise<void> {
    const report = this.#report("upgrades and garbage after them");
    report.sent += 1;
    const bytes = hostileUpgrade(this.#random, roomId);
    const text = await new Promise<string>((resolve) => {
      let heard = "";
      const socket = connect(this.#target.port, "127.0.0.1", () => socket.write(bytes));
      const limit = setTimeout(() => socket.destroy(), upgradeWithinMs);
      socket.on("data", (chunk) => {
        heard += chunk.toString("latin1");
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        clearTimeout(limit);
        resolve(heard);
      });
    });
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
    if (status !== 101) report.closed += 1;
    if (!Number.isNaN(status)) report.codes.set(status, (report.codes.get(status) ?? 0) + 1);
    if (status === 500 || internals.test(text))
      this.faults.push(`upgrade ${bytes.subarray(0, 80).toString("latin1")}: ${text.slice(0, 200)}`);
  }

  #report(name: string): ClassReport {
    const report = this.classes.get(name) ?? { sent: 0, reached: 0, closed: 0, codes: new Map() };
    this.classes.set(name, report);
    return report;
  }
}

function weighted<Entry extends { weight: number }>(
  random: Random,
  classes: Readonly<Record<string, Entry>>,
): [string, Entry] {
  const entries = Object.entries(classes);
  let dice = random.next() * entries.reduce((sum, [, { weight }]) => sum + weight, 0);
  const hit = entries.find(([, { weight }]) => (dice -= weight) < 0);
  return hit ?? (entries[0] as [string, Entry]);
}

/** What is wrong with an answer; undefined when it is a seat, or a refusal in the contract's terms. */
export function faultOf({ status, text }: Answer): string | undefined {
  if (status === 200) return text.includes('"sessionId"') ? undefined : `a seat without a session: ${text}`;
  if (!contractCodes.has(status)) return `${status} is not a code of the contract: ${text.slice(0, 200)}`;
  if (internals.test(text)) return `an internal text: ${text.slice(0, 200)}`;
  try {
    const { code, error, reason } = JSON.parse(text) as Partial<RefusalBody>;
    const isSentence = typeof error === "string" && /^[A-Z].{5,300}$/s.test(error);
    if (code === status && isSentence && reason !== undefined && refusalReasons.includes(reason))
      return undefined;
  } catch {}
  return `not a code, a reason and a sentence: ${status} ${text.slice(0, 200)}`;
}

/** Runs the whole campaign against a server of its own. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const startedAt = performance.now();
  const target = await Target.start();
  const venue = { port: target.port, agent: new Agent({ keepAlive: true, maxSockets: 32 }) };
  try {
    const bystander = await Bystander.join(venue, eventId);
    const campaign = new Campaign(target, venue, options);
    const { faults } = campaign;
    const watch = setInterval(() => {
      if (bystander.overdueMs > beatWithinMs) faults.push(`a beat is unanswered for ${beatWithinMs} ms`);
    }, beatWithinMs / 2);
    const crowd = Array.from({ length: attackers }, (_, i) => campaign.attack(i, bystander.roomId));
    await Promise.all([...crowd, campaign.huge(options.hugeBodies ?? 0)]);
    clearInterval(watch);
    await bystander.finish(beatWithinMs);
    const { errors, rssMb } = target.isAlive ? await target.confess() : { errors: [], rssMb: 0 };
    if (!target.isAlive) faults.push(`the server is dead: ${target.output.slice(-2000)}`);
    if (bystander.closedWith !== undefined) faults.push(`the bystander was closed: ${bystander.closedWith}`);
    if (bystander.unanswered > 0) faults.push(`${bystander.unanswered} beats were never answered`);
    if (bystander.worstMs > beatWithinMs) faults.push(`a beat took ${Math.round(bystander.worstMs)} ms`);
    faults.push(...errors.map((line) => `the server counted an error: ${line}`));
    const reports = [...campaign.classes.values()];
    const sum = (key: "sent" | "reached") => reports.reduce((total, report) => total + report[key], 0);
    const [sent, reached] = [sum("sent"), sum("reached")];
    if (reached * 2 < sent)
      faults.push(`only ${reached} of ${sent} reached a joined socket or were well-formed joins`);
    return {
      seed: options.seed,
      classes: campaign.classes,
      sent,
      reached,
      beats: bystander.acknowledged,
      worstBeatMs: Math.round(bystander.worstMs),
      seconds: Math.round((performance.now() - startedAt) / 1000),
      rssMb,
      faults,
    };
  } finally {
    venue.agent.destroy();
    await target.stop();
  }
}

export function tableOf(report: FuzzReport): string {
  const row = (name: string, sent: unknown, reached: unknown, closed: unknown, codes: string) =>
    [
      name.padEnd(34),
      String(sent).padStart(7),
      String(reached).padStart(8),
      String(closed).padStart(7),
      `  ${codes}`,
    ].join(" ");
  const codesOf = (codes: ReadonlyMap<number, number>) =>
    [...codes]
      .toSorted(([a], [b]) => a - b)
      .map(([code, n]) => `${code}:${n}`)
      .join(" ");
  return [
    row("class", "sent", "reached", "closed", "answers"),
    ...[...report.classes].map(([name, { sent, reached, closed, codes }]) =>
      row(name, sent, reached, closed, codesOf(codes)),
    ),
    row("all", report.sent, report.reached, "", ""),
    `bystander: ${report.beats} beats, all answered, the slowest in ${report.worstBeatMs} ms`.replace(
      "all answered, ",
      report.faults.some((fault) => fault.includes("beat")) ? "" : "all answered, ",
    ),
    `${report.seconds} s, server ${report.rssMb} MB, seed ${report.seed}`,
    ...report.faults.map((fault) => `FAULT ${fault}`),
  ].join("\n");
}
