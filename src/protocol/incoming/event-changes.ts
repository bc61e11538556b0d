// What a host may ask of an event's details, parsed at the edge: the validators of protocol/event-details.ts, for servers.
import { z } from "zod";
import {
  highestCapacity,
  longestExpectedName,
  longestGraceMs,
  longestTitle,
  mostExpectedNames,
  shortestGraceMs,
} from "../event-details.ts";
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

/** What is kept of an event's details beside the names: what nobody has said is not there. */
const keptDetails = z.object({
  title: z.string().catch(""),
  capacity: z.int().min(1).optional().catch(undefined),
  grace_period_ms: z.int().min(1).optional().catch(undefined),
  who_may_join: z.enum(["anyone", "listed"]).catch("anyone"),
  is_locked: z.boolean().catch(false),
  created_at: z.number().catch(0),
});
/** An event's details as they are stored. */
export type KeptDetails = z.infer<typeof keptDetails>;
const keptNames = z.array(z.string()).catch([]);
const keptRemoval = z.object({ display_name: z.string().catch(""), at: z.number().catch(0) });

/** Reads what is stored of an event's details; what cannot be read is as if nobody had said it. */
export const parseKeptDetails = (text: string | undefined): KeptDetails =>
  keptDetails.parse(objectIn(text) ?? {});
/** The same for the names of who is to come. */
export const parseKeptNames = (text: string | undefined): string[] => keptNames.parse(objectIn(text));
/** The same for a device that was removed. */
export const parseKeptRemoval = (text: string): { display_name: string; at: number } =>
  keptRemoval.parse(objectIn(text) ?? {});

function objectIn(text = "null"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
