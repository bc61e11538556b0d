// The entry of the participant page: the form that is in the HTML. Everything else comes after it, by a dynamic import.
import { WayIn } from "./shell/way-in.ts";

new WayIn(async () => {
  const { ParticipantRoom } = await import("./participant/app.tsx");
  return new ParticipantRoom();
}).begin();
