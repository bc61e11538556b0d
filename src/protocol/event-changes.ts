// What a host may ask of an event's details, parsed at the edge: the validators of protocol/event-details.ts, for servers.
import { z } from "zod";
import {
  highestCapacity,
  longestExpectedName,
  longestGraceMs,
  longestTitle,
  mostExpectedNames,
  shortestGraceMs,
} from "./event-details.ts";
import { nameOption } from "./text.ts";

/** The fields of a change: PATCH's, and those of the action `change`. */
export const changeFields = {
  title: nameOption("title", longestTitle, 0).optional(),
  capacity: z.int().min(1).max(highestCapacity).optional(),
  grace_period_ms: z.int().min(shortestGraceMs).max(longestGraceMs).optional(),
  who_may_join: z.enum(["anyone", "listed"]).optional(),
  is_locked: z.boolean().optional(),
  expected_names: z
    .array(nameOption("expected_names", longestExpectedName))
    .max(mostExpectedNames)
    .optional(),
};

/** A change of an event's details. */
export const eventChange = z.object(changeFields);
