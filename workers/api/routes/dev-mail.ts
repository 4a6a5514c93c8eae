import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { findInMailbox, listMailbox, type StoredMail } from "../../../shared/mail/index.ts";
import { configOf } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";
import { mailListPage, mailPage } from "../mail-pages.ts";
import { quotingPagePolicy } from "../middleware/secure-headers.ts";
import { api } from "../route.ts";

const loopback: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/** Proxies and tunnels say with these for whom they ask. */
const forwarding = ["Forwarded", "X-Forwarded-For", "X-Real-IP"];

/**
 * Whether somebody on this computer looks into the mailbox of their own installation. The `Host` is this computer's: a site of others whose name
 * was made to mean this computer could read the mailbox otherwise (DNS rebinding), and so could whoever comes through a tunnel, even when
 * PUBLIC_URL names it. Cloudflare, unlike the runtime for development, tells the address of its callers, which then is never this computer's: what
 * runs there has no mailbox, whatever its ENVIRONMENT says.
 */
function mayLook(c: Context<ApiEnv>): boolean {
  const caller = c.req.header("CF-Connecting-IP");
  return (
    configOf(c.env).environment !== "production" &&
    loopback.has(new URL(c.req.url).hostname) &&
    (caller === undefined || loopback.has(caller)) &&
    forwarding.every((name) => c.req.header(name) === undefined)
  );
}

/** Where nobody may look there is nothing, as at any address that does not exist, whatever the method. */
const guard = createMiddleware<ApiEnv>(async function guard(c, next) {
  if (!mayLook(c) || !["GET", "HEAD"].includes(c.req.method)) return c.notFound();
  await next();
});

const summaryOf = ({ id, sentAt, to, subject, text }: StoredMail) => ({ id, sentAt, to, subject, text });
const policy = { "Content-Security-Policy": quotingPagePolicy };

/** The mailbox of a development installation. Routes for every method, so that no 405 gives away what is not there. */
export const devMailRoutes = api()
  .all("/dev/mail", guard, async (c) => c.html(mailListPage(await listMailbox(c.env.STORE)), 200, policy))
  .all("/dev/mail.json", guard, async (c) => c.json({ items: (await listMailbox(c.env.STORE)).map(summaryOf) }))
  .all("/dev/mail/:id", guard, async (c) => {
    const mail = await findInMailbox(c.env.STORE, c.req.param("id"));
    return mail === null ? c.notFound() : c.html(mailPage(mail), 200, policy);
  });
