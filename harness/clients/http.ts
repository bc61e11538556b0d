// Plain HTTP for tests: what a client, a scraper or a stranger sends, byte for byte, without fetch's opinions.
// Owns nothing; one connection per request unless an agent is given.
import "./use-ws.ts"; // before the SDK
import { type Agent, type IncomingHttpHeaders, request as send } from "node:http";
import { MatchMakeError } from "@colyseus/sdk";
import { type RefusalBody, refusalReasons } from "../../src/protocol/refusal.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface HttpQuestion {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  /** Send the body without saying how long it is. */
  readonly isChunked?: boolean;
  readonly agent?: Agent;
}

/** Asks; the path goes out as it is, without being normalised. Rejects after 10 s without an answer. */
export function ask(url: string, path: string, question: HttpQuestion = {}): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body, isChunked = false, agent } = question;
  const { hostname, port } = new URL(url);
  const length = body === undefined || isChunked ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const request = send(
      { hostname, port, method, path, headers: { ...headers, ...length }, ...(agent ? { agent } : {}) },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString("utf8");
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.setTimeout(10_000, () => request.destroy(new Error(`no answer to ${method} ${path} in 10 s`)));
    if (isChunked && body !== undefined) request.write(body);
    request.end(isChunked ? undefined : body);
  });
}

/** A join as the SDK sends it, with any body and headers. */
export function askToJoin(
  url: string,
  options: unknown,
  headers: Record<string, string> = {},
  path = "/matchmake/joinOrCreate/event",
): Promise<HttpAnswer> {
  const body = typeof options === "string" ? options : JSON.stringify(options);
  return ask(url, path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

export interface Refused {
  readonly code: number;
  readonly message: string;
}

const codes = [400, 401, 403, 404, 409, 410, 413, 429, 503];
const internals = /node_modules|\bat [\w.<>]+ \(|\.ts:\d|\.js:\d|Error:|undefined|\[object/;

/** What is wrong with a refusal as an answer to a person; undefined when it is one of the codes and a sentence. */
export function faultOf({ code, message }: Refused): string | undefined {
  if (!codes.includes(code)) return `${code} is not a code of the contract`;
  if (!/^[A-Z][\s\S]{5,300}$/.test(message)) return `not a sentence: ${message}`;
  return internals.test(message) ? `an internal text: ${message}` : undefined;
}

/** Waits for a join to be refused, as the SDK tells it. @throws when it is not, or not in the contract's terms. */
export async function refused(join: Promise<unknown>): Promise<Refused> {
  const error = await join.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) throw new Error("the join was not refused");
  if (!(error instanceof MatchMakeError)) throw new Error(`not a MatchMakeError: ${String(error)}`);
  const { code, message } = error;
  const fault = faultOf({ code, message });
  if (fault !== undefined) throw new Error(fault);
  return { code, message };
}

/** The same for a raw answer. */
export function refusedBy({ status, text }: HttpAnswer): Refused {
  const { code, error, reason } = JSON.parse(text) as RefusalBody;
  if (code !== status) throw new Error(`status ${status}, but code ${code}`);
  const fault = faultOf({ code, message: error });
  if (fault !== undefined) throw new Error(fault);
  if (!refusalReasons.includes(reason)) throw new Error(`${reason} is no reason of the list`);
  return { code, message: error };
}
