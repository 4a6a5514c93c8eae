import { describe, expect, it } from "vitest";
import { call } from "../../../helpers/worker/api.ts";

const paths = ["/accept-invitation", "/reset-password", "/verify-email", "/forgot-password"] as const;

describe.each(paths)("the page %s", (path) => {
  it.each([
    { asked: "es-MX,es;q=0.9,en;q=0.5", language: "es" },
    { asked: "fr", language: "en" },
  ])("is in $language for who asks for $asked", async ({ asked, language }) => {
    const answer = await call("GET", path, { headers: { "Accept-Language": asked } });
    expect([answer.status, answer.headers.get("Content-Language"), answer.headers.get("Vary")]).toEqual([200, language, "Accept-Language"]);
    expect(answer.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    expect(await answer.text()).toContain(`<html lang="${language}">`);
  });

  it("is kept by nobody, tells nobody where it was, and may run our script alone", async () => {
    const { headers } = await call("GET", path);
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Content-Security-Policy")?.split("; ")).toEqual([
      "default-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  it("has no script or style in it, and nothing of other origins", async () => {
    const text = await (await call("GET", path)).text();
    expect([...text.matchAll(/<script[^>]*>[^<]*/g)].map(String)).toEqual(['<script type="module" src="/account/pages.js">']);
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=/);
    expect([...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address).filter((address) => !/^\/\w/.test(address ?? ""))).toEqual([]);
  });

  it("is only read", async () => {
    const answer = await call("POST", path, { body: {} });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("says what to send where no script runs", async () => {
    const text = await (await call("GET", path)).text();
    expect(/<noscript>([\s\S]*)<\/noscript>/.exec(text)?.[1]).toContain("https://mentha.test/api/v1/auth/");
  });
});
