// Ids that never come back, also not after a restart.
import { randomUUID } from "node:crypto";

const instance = randomUUID().slice(0, 8);
let count = 0;

export function newId(): string {
  count += 1;
  return `${instance}-${count}`;
}
