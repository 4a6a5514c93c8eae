import { z } from "zod";

/** A secret that signs; `until` (ms since 1970) for one that was replaced and signs beside the new one for a while. */
const SigningSecret = z.object({ secret: z.string(), until: z.int().nullable() });

/** What an endpoint needs and nobody may see, sealed under the endpoint's id. */
export const Target = z.object({
  v: z.literal(1),
  /** Where requests go; for kinds with an address of their own, that one. */
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  /** By the names in the kind's settings. */
  credentials: z.record(z.string(), z.string()),
  /** Newest first. */
  secrets: z.array(SigningSecret).min(1).max(10),
});
export type Target = z.infer<typeof Target>;
