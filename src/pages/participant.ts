// The entry of the participant page: the form that is in the HTML. Everything else comes after it, by a dynamic import.
import { equipOlderBrowsers } from "./older-browsers.ts";
import { WayIn } from "./shell/way-in.ts";

equipOlderBrowsers();
new WayIn(async () => {
  const { ParticipantRoom } = await import("./participant/app.tsx");
  return new ParticipantRoom();
}).begin();
