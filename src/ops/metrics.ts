// What a dashboard sees: counts, latencies and the event loop, in Prometheus's format. No label holds an id,
// so that the number of series does not grow with participants or events.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { processMetrics } from "./process-metrics.ts";
import { announcedAbsence, type TransitionFacts } from "./transition.ts";

export interface Census {
  readonly events: number;
  readonly connected: number;
  readonly held: number;
  readonly sockets: number;
  /** 1 while nothing may be announced, because the store or the lease is out of reach. */
  readonly suspended: number;
  /** 1 while the server serves from memory what it cannot store. */
  readonly degraded: number;
  /** Joins and returns that wait for their turn. */
  readonly waiting: number;
  /** Sockets for which something waits in this process, and what waits for one of them alone, in bytes. */
  readonly slowReaders: number;
  readonly backlogBytes: number;
  /** Clients cut since the start because they did not take what they were sent. */
  readonly slowReadersCut: number;
  /** Connections closed since the start because their address had too many without a seat. */
  readonly connectionsRefused: number;
  /** WebSockets of other processes' events that run through this one. */
  readonly spliced: number;
}

/** Whoever can be counted. The process's composition in server/process implements it. */
export interface CensusSource {
  census(): Census;
}

const latencyBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const awayBuckets = [0.5, 1, 2, 5, 10, 15, 20, 25, 30, 60, 300];

export class Metrics {
  readonly registry = new Registry();
  readonly #joins = this.#counter("joins_total", "Seats taken");
  readonly #disconnects = this.#counter("disconnects_total", "Drops noticed, by reason", ["reason"]);
  readonly #blips = this.#counter("blips_total", "Drops that were over before anyone was told");
  readonly #returns = this.#counter("returns_total", "Returns, by the reason of the drop and the path", [
    "reason",
    "path",
  ]);
  readonly #leaves = this.#counter("leaves_total", "Participants who left, by reason", ["reason"]);
  readonly #expiries = this.#counter("grace_expiries_total", "Seats whose grace period ran out");
  readonly #refused = this.#counter("refused_joins_total", "Joins refused, by code", ["code"]);
  readonly #delayed = this.#counter(
    "admission_delayed_total",
    "Joins and returns that waited for their turn",
  );
  readonly #turnedAway = this.#counter(
    "admission_refused_total",
    "Joins refused because too many came (in refused_joins_total, too)",
  );
  readonly #cluster = this.#counter("cluster_events_total", "Events opened, adopted, lost, handed over", [
    "event",
  ]);
  readonly #errors = this.#counter("errors_total", "Errors caught, by where", ["where"]);
  readonly #detection = this.#histogram(
    "detection_seconds",
    "From the last word of a socket to the notice of its loss (an upper bound)",
    latencyBuckets,
  );
  readonly #returning = this.#histogram(
    "return_seconds",
    "From a return's first frame here to its acknowledgement",
    latencyBuckets,
  );
  readonly #away = this.#histogram("away_seconds", "How long those who came back had been away", awayBuckets);

  constructor(source: CensusSource) {
    for (const metric of processMetrics()) this.registry.registerMetric(metric);
    const participants = new Gauge({
      name: "holdfast_participants",
      help: "Participants, by status",
      labelNames: ["status"],
      registers: [this.registry],
      collect: () => {
        const { connected, held } = source.census();
        participants.set({ status: "connected" }, connected);
        participants.set({ status: "temporarily_disconnected" }, held);
      },
    });
    this.#gauge("events", "Events on this server", () => source.census().events);
    this.#gauge(
      "suspended",
      "1 while the store or the lease is out of reach",
      () => source.census().suspended,
    );
    this.#gauge(
      "store_behind",
      "1 while the server serves from memory what it cannot store",
      () => source.census().degraded,
    );
    this.#gauge("spliced_sockets", "WebSockets carried to other processes", () => source.census().spliced);
    this.#gauge(
      "admission_waiting",
      "Joins and returns that wait for their turn",
      () => source.census().waiting,
    );
    this.#gauge("slow_readers", "Sockets for which something waits", () => source.census().slowReaders);
    this.#gauge(
      "backlog_bytes",
      "What waits for slow readers, each its own",
      () => source.census().backlogBytes,
    );
    this.#sum(
      "slow_readers_cut_total",
      "Clients closed with 4010 because they did not take what they were sent",
      () => source.census().slowReadersCut,
    );
    this.#sum(
      "connections_refused_total",
      "Connections closed because their address had too many without a seat",
      () => source.census().connectionsRefused,
    );
    this.#gauge("sockets", "Sockets in rooms, observers included", () => source.census().sockets);
  }

  recordTransition({ event, before, after, at }: TransitionFacts): void {
    if (event === "join") this.#joins.inc();
    const [wasAway, isAway] = [announcedAbsence(before), announcedAbsence(after)];
    if (isAway !== undefined && wasAway === undefined) this.#disconnects.inc({ reason: isAway.reason });
    if (event === "return_completed" && before !== undefined && before.status !== "connected") {
      const path = before.attempt?.session == null ? "reconnection" : "join";
      if (before.status === "temporarily_disconnected" && wasAway === undefined) this.#blips.inc();
      else this.#returns.inc({ reason: wasAway?.reason ?? "none", path });
      if (before.attempt !== null) this.#returning.observe((at - before.attempt.startedAt) / 1000);
      if (before.status === "temporarily_disconnected")
        this.#away.observe((at - before.disconnectedAt) / 1000);
    }
    if (after?.status === "permanently_left") {
      this.#leaves.inc({ reason: after.reason });
      if (after.reason === "grace_expired") this.#expiries.inc();
    }
  }

  detected(silentMs: number): void {
    this.#detection.observe(silentMs / 1000);
  }

  refused(code: number): void {
    this.#refused.inc({ code: String(code) });
  }

  /** Somebody has to wait for a turn. */
  delayed(): void {
    this.#delayed.inc();
  }

  /** Too many came. */
  turnedAway(): void {
    this.#turnedAway.inc();
  }

  /** An event has come to this process of a cluster, or gone from it. */
  recordOwnership(event: string): void {
    this.#cluster.inc({ event });
  }

  countError(where: string): void {
    this.#errors.inc({ where });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `holdfast_${name}`, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `holdfast_${name}`, help, buckets, registers: [this.registry] });
  }

  /** A counter that somebody else keeps. */
  #sum(name: string, help: string, read: () => number): void {
    const counter: Counter = new Counter({
      name: `holdfast_${name}`,
      help,
      registers: [this.registry],
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name: `holdfast_${name}`,
      help,
      registers: [this.registry],
      collect: () => gauge.set(read()),
    });
  }
}
