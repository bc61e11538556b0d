// A rule of the contract that a room keeps or breaks.
import type { Scene } from "../scene.ts";

export interface Rule {
  /** In SPEC.md. */
  readonly id: string;
  readonly title: string;
  /** @throws Broken, NotChecked */
  readonly check: (scene: Scene) => Promise<void>;
}
