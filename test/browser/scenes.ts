// Scenes that last long, played at once: set up one after the other, so that they do not steal each other's time, then
// played together. Each `it` waits for its own.

type Act = () => Promise<void>;

export class Scenes {
  readonly #setUps: { title: string; setUp: () => Promise<Act> }[] = [];
  readonly #played = new Map<string, Promise<void>>();

  /** Tells how a scene is set up; what that gives is the scene itself. Returns what waits for its end. */
  of(title: string, setUp: () => Promise<Act>): () => Promise<void> {
    this.#setUps.push({ title, setUp });
    return async () => {
      await this.#played.get(title);
    };
  }

  /** Sets all of them up, and begins them; resolves when all have begun. */
  async begin(): Promise<void> {
    for (const { title, setUp } of this.#setUps) {
      const begun = setUp();
      const played = begun.then((act) => act());
      played.catch(() => {}); // its `it` hears of it
      this.#played.set(title, played);
      await begun.catch(() => {});
    }
  }
}
