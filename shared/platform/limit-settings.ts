import { z } from "zod";
import { type LimitName, limitNames, maxLimit } from "./limit-names.ts";

/** How many units a limit allows in its window, for those that are not to be the usual ones. */
export type LimitSettings = Readonly<Partial<Record<LimitName, number>>>;

const Setting = z.tuple([
  z.enum(limitNames),
  z
    .string()
    .regex(/^[1-9]\d{0,4}$/)
    .transform(Number)
    .refine((limit) => limit <= maxLimit),
]);

const notLimits = `must be name=number pairs with commas between, such as lists=120,audits=10: each name that of a limit, once, each number 1 to ${maxLimit}`;

/** `name=number` pairs with commas between; nothing when it is missing or empty. */
export const Limits = z
  .string({ error: notLimits })
  .default("")
  .transform((text, ctx): LimitSettings => {
    const pairs = text.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.split("=").map((part) => part.trim())]));
    const parsed = pairs.map((pair) => Setting.safeParse(pair).data);
    const limits = parsed.filter((pair) => pair !== undefined);
    const settings: LimitSettings = Object.fromEntries(limits);
    if (limits.length === pairs.length && Object.keys(settings).length === pairs.length) return settings;
    ctx.addIssue({ code: "custom", message: notLimits });
    return z.NEVER;
  });
