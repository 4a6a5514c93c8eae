import type { Context as HonoContext } from "hono";
import { createMiddleware } from "hono/factory";
import { z } from "zod";
import { claimRequest, freeClaim } from "../../../shared/idempotency/index.ts";
import { AppError, type Claim, errorFields } from "../../../shared/platform/index.ts";
import type { Declaration } from "../declaration.ts";
import type { SignedInEnv } from "../env.ts";
import { locationOf } from "../location.ts";
import { etagOf } from "../versions.ts";

/** What is said of a route that makes something: enough to answer again as its handler did. */
type Making = Pick<Declaration, "id" | "created" | "location" | "versioned">;
/** In which of the context's databases the verb commits its effect. */
type DatabaseName = NonNullable<Declaration["idempotent"]>;

/** Lets a request with an `Idempotency-Key` act once, and answers with what it was answered first. */
export const idempotent = (route: Making, databaseName: DatabaseName) =>
  createMiddleware<SignedInEnv>(async function idempotent(c, next) {
    const key = c.req.header("Idempotency-Key");
    if (key === undefined) return next();
    requireVisible(key);
    const { ctx } = c.var;
    const { pathname, search } = new URL(c.req.url);
    const content = `${pathname}${search}\n${await c.req.text()}`;
    const claimed = await claimRequest(ctx, ctx[databaseName], { route: route.id, key, content });
    if ("answer" in claimed) return replay(c, route, claimed.answer);
    c.set("ctx", { ...ctx, claim: claimed.claim });
    await next();
    if (c.error !== undefined) await free(c, databaseName, claimed.claim);
  });

/** @throws AppError `invalid` for anything but 1 to 255 visible ASCII characters; two such headers arrive as one with a space in it */
function requireVisible(key: string): void {
  if (/^[!-~]{1,255}$/.test(key)) return;
  const message = "Use 1 to 255 visible ASCII characters without spaces, such as a UUID.";
  throw new AppError("invalid", message, { errors: [{ path: "header.Idempotency-Key", message }] });
}

const Kept = z.record(z.string(), z.unknown());
const KeptVersion = z.object({ version: z.int() });

function replay(c: HonoContext<SignedInEnv>, { created, location, versioned }: Making, answer: string): Response {
  return c.body(answer, created === undefined ? 202 : 201, {
    "Content-Type": "application/json",
    "Idempotency-Replayed": "true",
    ...(location === undefined ? {} : locationOf(location, Kept.parse(JSON.parse(answer)))),
    ...(versioned ? etagOf(KeptVersion.parse(JSON.parse(answer))) : {}),
  });
}

/** The failure is answered as it is, whether or not this works: what is not given back lapses. */
async function free(c: HonoContext<SignedInEnv>, databaseName: DatabaseName, claim: Claim): Promise<void> {
  const { ctx } = c.var;
  try {
    await freeClaim(ctx, ctx[databaseName], claim);
  } catch (error) {
    ctx.log.warn("a claim waits until it lapses", errorFields(error));
  }
}
