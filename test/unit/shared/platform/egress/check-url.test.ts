import { describe, expect, it } from "vitest";
import { specialUse } from "../../../../../shared/platform/egress/addresses.ts";
import { checkUrl, type EgressPolicy, isLoopbackUrl, parseHostPort } from "../../../../../shared/platform/egress/index.ts";
import { AppError } from "../../../../../shared/platform/errors.ts";
import { admittedSpellings, refusedSpellings } from "./spellings.ts";

const publicOnly: EgressPolicy = { allow: [], allowLoopback: false };

/** The error that `act` throws. */
function failureOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The refused spellings that are refused for the IP address that they stand for. */
const specialAddresses = refusedSpellings.filter(({ url }) => {
  const { hostname, username } = URL.parse(url) ?? { hostname: "", username: "" };
  return username === "" && specialUse(hostname) !== null;
});

function isAdmitted(url: string, policy: EgressPolicy): boolean {
  return failureOf(() => checkUrl(url, policy)) === undefined;
}

describe("the public internet", () => {
  it.each(refusedSpellings)("does not include $url", ({ url, why }) => {
    const error = failureOf(() => checkUrl(url, publicOnly));
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "egress_refused", retryable: false, message: expect.stringContaining(why) });
  });

  it.each(admittedSpellings)("includes %s", (url) => {
    expect(checkUrl(url, publicOnly).href).toBe(new URL(url).href);
  });

  it("accepts a URL object as it accepts text", () => {
    expect(checkUrl(new URL("https://example.com/a"), publicOnly).href).toBe("https://example.com/a");
    expect(() => checkUrl(new URL("http://10.0.0.1/"), publicOnly)).toThrow("10.0.0.1");
  });
});

describe("a refusal", () => {
  it.each([
    {
      url: "http://10.1.2.3/",
      message: "Requests to 10.1.2.3 are refused: it is a private network address (RFC 1918). Use an address on the public internet.",
    },
    {
      url: "http://example.com:25/",
      message: "Requests to example.com:25 are refused: only the ports 80, 443, 8080, 8443 are open. Use an address at one of them.",
    },
    { url: "ftp://example.com/", message: "Only http and https addresses can be requested, not ftp." },
  ])("of $url says what and why", ({ url, message }) => {
    expect(() => checkUrl(url, publicOnly)).toThrow(message);
  });

  it.each(specialAddresses)("of $url names the document that keeps the address", ({ url }) => {
    expect(() => checkUrl(url, publicOnly)).toThrow(/: it is .+ \((RFC \d+|Microsoft Learn, .+)\)\./);
  });

  it("does not repeat the password it found", () => {
    expect(failureOf(() => checkUrl("https://someone:hunter2@example.com/", publicOnly))).not.toMatchObject({ message: expect.stringContaining("hunter2") });
  });
});

describe("with loopback allowed", () => {
  const policy: EgressPolicy = { allow: [], allowLoopback: true };

  it.each([
    "http://127.0.0.1/",
    "http://127.0.0.1:8099/",
    "http://127.8.9.10:3000/",
    "http://2130706433:5000/",
    "http://[::1]:8099/",
    "http://localhost:8099/",
    "http://localhost.:22/",
    "http://app.localhost:3000/",
  ])("%s is admitted", (url) => {
    expect(isAdmitted(url, policy)).toBe(true);
    expect(isLoopbackUrl(url)).toBe(true);
  });

  it.each([
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://169.254.169.254/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[fe80::1]/",
    "http://localhost.localdomain/",
    "http://127.0.0.1.nip.io/",
    "http://lvh.me/",
    "http://printer.local/",
    "http://example.com:22/",
    "ftp://127.0.0.1/",
    "http://user@127.0.0.1/",
  ])("%s is still refused", (url) => {
    expect(isAdmitted(url, policy)).toBe(false);
  });
});

describe("an allowed host:port", () => {
  const policy: EgressPolicy = { allow: ["127.0.0.1:8099", "[::1]:8099", "site.local:80", "example.com:9000"], allowLoopback: false };

  it.each([
    { url: "http://127.0.0.1:8099/a", admitted: true },
    { url: "http://0x7f.1:8099/a", admitted: true },
    { url: "https://127.0.0.1:8099/a", admitted: true },
    { url: "http://[0:0:0:0:0:0:0:1]:8099/", admitted: true },
    { url: "http://site.local/", admitted: true },
    { url: "http://Site.Local.:80/", admitted: true },
    { url: "http://example.com:9000/", admitted: true },
    { url: "http://127.0.0.1:8098/", admitted: false },
    { url: "http://127.0.0.1/", admitted: false },
    { url: "http://127.0.0.2:8099/", admitted: false },
    { url: "http://localhost:8099/", admitted: false },
    { url: "http://[::ffff:127.0.0.1]:8099/", admitted: false },
    { url: "https://site.local/", admitted: false },
    { url: "http://other.site.local/", admitted: false },
    { url: "http://example.com:9001/", admitted: false },
    { url: "ftp://127.0.0.1:8099/", admitted: false },
    { url: "http://user@127.0.0.1:8099/", admitted: false },
  ])("admits exactly itself: $url → $admitted", ({ url, admitted }) => {
    expect(isAdmitted(url, policy)).toBe(admitted);
  });
});

describe("a host:port pair", () => {
  it.each([
    { text: "127.0.0.1:8099", pair: "127.0.0.1:8099" },
    { text: "LOCALHOST.:80", pair: "localhost:80" },
    { text: "0x7f.1:443", pair: "127.0.0.1:443" },
    { text: "[::1]:8099", pair: "[::1]:8099" },
    { text: "example.com:1", pair: "example.com:1" },
    { text: "example.com:65535", pair: "example.com:65535" },
    { text: "example.com", pair: null },
    { text: "example.com:", pair: null },
    { text: "example.com:0", pair: null },
    { text: "example.com:65536", pair: null },
    { text: "example.com:http", pair: null },
    { text: "http://example.com:80", pair: null },
    { text: "user@example.com:80", pair: null },
    { text: "example.com:80/path", pair: null },
    { text: "::1:8099", pair: null },
    { text: ":80", pair: null },
    { text: "example.com:80:80", pair: null },
    { text: "*:80", pair: null },
    { text: "", pair: null },
  ])("$text is written $pair", ({ text, pair }) => {
    expect(parseHostPort(text)).toBe(pair);
  });
});

describe("a name of dots", () => {
  it("is judged in time however many they are", () => {
    expect(isAdmitted(`http://${".".repeat(500_000)}a/`, publicOnly)).toBe(false);
    expect(parseHostPort(`localhost${".".repeat(500_000)}:80`)).toBe("localhost:80");
  });
});

describe("loopback", () => {
  it.each(["http://example.com/", "http://0.0.0.0/", "http://10.0.0.1/", "http://localhost.example.com/", "not an address", ""])("is not %j", (url) => {
    expect(isLoopbackUrl(url)).toBe(false);
  });
});
