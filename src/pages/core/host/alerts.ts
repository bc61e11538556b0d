// When so many are away at once that a host should look. Pure.

/** How a host wants to be told; each is a switch of this browser. */
export interface AlertSettings {
  readonly title: boolean;
  readonly sound: boolean;
  readonly notification: boolean;
  /** From which share of those in the event on: one of `alertShares`. */
  readonly share: number;
}

export const alertShares = [0.1, 0.25, 0.5] as const;
export const usualAlerts: AlertSettings = { title: true, sound: false, notification: false, share: 0.25 };
/** One person alone is nobody's alarm. */
const fewest = 2;

/** How many have to be away, of so many in the event. */
export const manyOf = (present: number, share: number): number =>
  Math.max(fewest, Math.ceil(present * share));

/**
 * Are many away? Once they are, it is over when fewer than half of that are: at the edge nothing flickers.
 * @param present those in the event, away ones included
 */
export function areManyAway(away: number, present: number, share: number, before: boolean): boolean {
  const many = manyOf(present, share);
  return before ? away >= Math.max(1, many / 2) : away >= many;
}

/** What was kept; the usual where it cannot be read. */
export function readAlerts(kept: string | undefined): AlertSettings {
  try {
    const { title, sound, notification, share } = JSON.parse(kept ?? "{}") as Record<string, unknown>;
    const isOn = (value: unknown, usual: boolean) => (typeof value === "boolean" ? value : usual);
    return {
      title: isOn(title, usualAlerts.title),
      sound: isOn(sound, usualAlerts.sound),
      notification: isOn(notification, usualAlerts.notification),
      share: alertShares.find((each) => each === share) ?? usualAlerts.share,
    };
  } catch {
    return usualAlerts;
  }
}
