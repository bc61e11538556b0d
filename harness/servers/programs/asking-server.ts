// A server whose room says who a client is, and takes a join's word for its team; claims come with the token.
import { z } from "zod";
import {
  type Client,
  createApp,
  defineEventState,
  EventRoom,
  loadConfig,
  type SeatRequest,
  serve,
  t,
} from "../../../src/holdfast.ts";

const teams = defineEventState({ participant: { team: t.string().default("") } });
const joinOptions = z.object({ team: z.string().max(10).default("none") });

class AskingRoom extends EventRoom<typeof teams> {
  override schema = teams;
  override joinOptions = joinOptions;
  override messages = { who: (client: Client) => client.auth };
  override async onSeatRequested({ isNew, options }: SeatRequest<typeof joinOptions>) {
    return isNew ? { team: options.team } : undefined;
  }
}
const app = createApp({ room: AskingRoom, config: loadConfig(process.env) });
const port = await serve(app, process);
console.log(`listens on http://127.0.0.1:${port}/host#code=${app.newHostCode()}`);
