// A WebDriver session (W3C, "classic"), over plain HTTP: the few commands that tests of WebKit need.
// https://www.w3.org/TR/webdriver2/

/** The key of an element's reference, as the standard has it. */
const elementKey = "element-6066-11e4-a52e-4f735466cecf";

export class WebDriverSession {
  readonly #url: string;
  /** Commands go to the session's current window: one tab's are done before another's begin. */
  #turn: Promise<unknown> = Promise.resolve();
  #current = "";

  private constructor(url: string) {
    this.#url = url;
  }

  /** Has a browser started. @throws Error when the driver refuses */
  static async open(driverUrl: string, capabilities: object): Promise<WebDriverSession> {
    const body = { capabilities: { alwaysMatch: capabilities } };
    const { sessionId } = (await call("POST", `${driverUrl}/session`, body)) as { sessionId: string };
    const session = new WebDriverSession(`${driverUrl}/session/${sessionId}`);
    session.#current = (await call("GET", `${session.#url}/window`)) as string;
    return session;
  }

  /** The window that the browser began with. */
  get firstWindow(): string {
    return this.#current;
  }

  newWindow(): Promise<string> {
    return this.#inTurn(async () => {
      const answer = await call("POST", `${this.#url}/window/new`, { type: "window" });
      return (answer as { handle: string }).handle;
    });
  }

  /** A command for one window. */
  send(window: string, method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown> {
    return this.#inTurn(() => this.#to(window, method, path, body));
  }

  /** A command for the first element that a selector finds there. @throws Error when there is none */
  sendToElement(window: string, selector: string, path: string, body: object = {}): Promise<unknown> {
    return this.#inTurn(async () => {
      const query = { using: "css selector", value: selector };
      const element = (await this.#to(window, "POST", "/element", query)) as Record<string, string>;
      return this.#to(window, "POST", `/element/${element[elementKey]}${path}`, body);
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(() => call("DELETE", this.#url));
  }

  async #to(window: string, method: string, path: string, body?: object): Promise<unknown> {
    if (this.#current !== window) await call("POST", `${this.#url}/window`, { handle: window });
    this.#current = window;
    return call(method, `${this.#url}${path}`, body);
  }

  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

async function call(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    ...(method === "POST" ? { body: JSON.stringify(body ?? {}) } : {}),
    headers: { "content-type": "application/json" },
  });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${method} ${new URL(url).pathname.split("/").slice(3).join("/")}: ${error}: ${message}`);
}
