// What a room author's test file looks like that checks a room's conformance: the same under every runner.
import { conformance } from "holdfast/testing";
import * as rooms from "../servers/rooms-under-test.ts";

const room = { ...rooms }[process.env.ROOM ?? "SoundRoom"] as typeof rooms.SoundRoom;
conformance(room, rooms.howToCheck);
