// HTTP as bytes: what no client library sends. One connection, and everything that came back on it.
import { connect } from "node:net";
import { until } from "../wait.ts";

/**
 * Sends `text` on one connection and returns what has come when `enough` holds, or when the other end has closed.
 * @throws after 10 s
 */
export async function sendRaw(
  port: number,
  text: string,
  enough: (answer: string) => boolean = () => false,
): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  let isClosed = false;
  socket.on("data", (bytes) => (answer += bytes.toString("latin1")));
  socket.on("error", () => {});
  socket.on("close", () => (isClosed = true));
  socket.write(text, "latin1");
  await until(
    () => `an answer to ${text.slice(0, 60)}; it was ${answer}`,
    () => isClosed || enough(answer),
    10_000,
  );
  socket.destroy();
  return answer;
}

/** An HTTP/1.1 request as text; `Host` and `Content-Length` are added. */
export function request(start: string, headers: readonly string[] = [], body = ""): string {
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return [`${start} HTTP/1.1`, "Host: localhost", ...headers, ...length, "", body].join("\r\n");
}
