import { z } from "zod";
import { Breaker, closedBreaker } from "./breaker.ts";
import type { EndpointSettings } from "./endpoint.ts";
import { Health, healthy } from "./health.ts";

const Settings: z.ZodType<EndpointSettings> = z.object({
  workspaceId: z.string(),
  webhookId: z.string(),
  version: z.number(),
  isEnabled: z.boolean(),
  ordering: z.enum(["none", "per-subject"]),
  throttle: z.object({ limit: z.number(), windowMs: z.number() }).nullable(),
  concurrency: z.number(),
  afterUnknownMs: z.number(),
});

/**
 * Everything that an endpoint's object remembers, beside its deliveries and what its throttle counts. It is stored, and read by later releases: a field that is
 * added, here or in a part of it, has a `default`.
 */
export const EndpointState = z.object({
  settings: Settings,
  breaker: Breaker,
  health: Health,
  /** The receiver, or a suspension, lets nothing go out before. */
  holdUntil: z.number(),
  /** How long the last attempt took; null while nothing ever answered. */
  answeredInMs: z.number().nullable(),
  /** Leases in a row that nobody took in time: the queue lags behind, and the next ones last longer. */
  untaken: z.number(),
  /** The version of the settings at which it was disabled from here; null when it was not. */
  endedVersion: z.number().nullable(),
  /** Why it was disabled, until the database knows. */
  ending: z.enum(["gone", "failing"]).nullable(),
  /** A warning that the database does not know of. */
  warning: z.object({ number: z.number(), since: z.number() }).nullable(),
});
export type EndpointState = Readonly<z.infer<typeof EndpointState>>;

export const initialState = (settings: EndpointSettings): EndpointState => ({
  settings,
  breaker: closedBreaker,
  health: healthy,
  holdUntil: 0,
  answeredInMs: null,
  untaken: 0,
  endedVersion: null,
  ending: null,
  warning: null,
});

export const isEnabled = ({ settings, endedVersion }: EndpointState): boolean => settings.isEnabled && endedVersion !== settings.version;

/** What was settled at a time when somebody had it disabled does not count once it is enabled again. */
export function withSettings(state: EndpointState, settings: EndpointSettings): EndpointState {
  const next = { ...state, settings, ending: null };
  return settings.isEnabled && !isEnabled(state) ? { ...next, breaker: closedBreaker, health: healthy, holdUntil: 0, warning: null } : next;
}
