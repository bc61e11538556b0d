// What is said of events as they come to this process and go; for the log and the metrics.

export type ClusterEvent = "adopted" | "opened" | "lost" | "handed_over";

/** Who hears what happens to events here. */
export interface ClusterWatch {
  happened(event: ClusterEvent, fields: { event_id: string; epoch: number }): void;
  caught(error: unknown): void;
}
