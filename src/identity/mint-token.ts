// Mints a session token for development: npm run token -- --event quiz --device phone-1 --user ann
// Signs with SESSION_SECRET, which must be the server's. Never use it for guests you do not know.
import { number, readCommandLine, refuse, type Terminal, text, UsageError } from "../command-line.ts";
import { shortestSecret } from "../protocol/session-key.ts";

const command = {
  name: "holdfast-token",
  summary: "Mints a session token for development, signed with SESSION_SECRET, which must be the server's.",
  options: {
    event: text("The event_id that the token is for; * is every event, for hosts and observers"),
    device: text("The device_id that the token is for; only a participant needs one"),
    user: text("The user, as the token's sub"),
    role: text("participant, observer or host", "participant"),
    minutes: number("How long it is valid", 60, 1 / 60, 525_600),
  },
  more: [
    `It needs SESSION_SECRET in the environment, ${shortestSecret} characters or more. SESSION_AUDIENCE and SESSION_ISSUER, where they are`,
    "set, become the token's aud and iss.",
  ].join("\n"),
};

const roles = ["participant", "observer", "host"];

/** Prints a token for what the command line asks. */
export async function mint(host: Terminal & { readonly env: NodeJS.ProcessEnv }): Promise<void> {
  const { values } = readCommandLine(command, host);
  const { event, device, user, role, minutes } = values;
  const secret = host.env.SESSION_SECRET ?? "";
  try {
    if (secret.length < shortestSecret)
      throw new UsageError(`SESSION_SECRET must have ${shortestSecret} characters or more.`);
    if (!event || !user) throw new UsageError("A token needs --event and --user.");
    if (!roles.includes(role)) throw new UsageError(`--role must be one of ${roles.join(", ")}.`);
    if (!device && role === "participant") throw new UsageError("A participant's token needs --device.");
  } catch (error) {
    refuse(command, host, error);
  }
  const { SignJWT } = await import("jose");
  const { SESSION_AUDIENCE: aud, SESSION_ISSUER: iss } = host.env;
  const named = { ...(aud ? { aud } : {}), ...(iss ? { iss } : {}) };
  const token = await new SignJWT({ event_id: event, device_id: device, role, ...named })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(user as string)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000 + 60 * minutes))
    .sign(new TextEncoder().encode(secret));
  host.stdout.write(`${token}\n`);
}
