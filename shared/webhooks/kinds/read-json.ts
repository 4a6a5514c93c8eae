import type { z } from "zod";

/** What a body of JSON says; null for anything else, such as a page of something on the way. */
export function readJson<T>(schema: z.ZodType<T>, body: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
