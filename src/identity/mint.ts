#!/usr/bin/env node
// Mints a session token for development: npm run token -- --event quiz --device phone-1 --user ann [--role host] [--minutes 60]
// Signs with SESSION_SECRET, which must be the server's. Never use it for guests you do not know.
import { parseArgs } from "node:util";
import { SignJWT } from "jose";

const { values } = parseArgs({
  options: {
    event: { type: "string" },
    device: { type: "string" },
    user: { type: "string" },
    role: { type: "string", default: "participant" },
    minutes: { type: "string", default: "60" },
  },
});
const secret = process.env.SESSION_SECRET ?? "";
const minutes = Number(values.minutes);
const isComplete = values.event && values.user && (values.device || values.role !== "participant");
if (secret.length < 32 || !isComplete || !(minutes > 0)) {
  console.error(
    "usage: SESSION_SECRET=<32 characters or more> npm run token -- --event ID --device ID --user ID [--role participant|observer|host] [--minutes 60]",
  );
  process.exit(2);
}
const token = await new SignJWT({ event_id: values.event, device_id: values.device, role: values.role })
  .setProtectedHeader({ alg: "HS256" })
  .setSubject(values.user as string)
  .setIssuedAt()
  .setExpirationTime(`${minutes} minutes`)
  .sign(new TextEncoder().encode(secret));
console.log(token);
