import { describe, expect, it } from "vitest";
import { fingerprintOf, twinsOf } from "../../../../../shared/audits/history/fingerprint.ts";

const start = "https://www.shop.example/start";
const of = (pageUrl: string | null, ruleId = "title-missing") => fingerprintOf({ ruleId, pageUrl }, start);

describe("a fingerprint", () => {
  it.each(["http://shop.example/a?b=1", "https://shop.example/a?b=1", "http://www.shop.example/a?b=1"])("is the same for %s", async (twin) => {
    expect(await of(twin)).toBe(await of("https://www.shop.example/a?b=1"));
  });

  it("is the same wherever the audit began", async () => {
    expect(await fingerprintOf({ ruleId: "title-missing", pageUrl: "https://staging.example/a" }, "https://staging.example/")).toBe(
      await of("https://www.shop.example/a"),
    );
  });

  it("is another one for another rule, path, query or site, and for the site as a whole", async () => {
    const all = [
      await of("https://www.shop.example/a"),
      await of("https://www.shop.example/a", "h1-missing"),
      await of("https://www.shop.example/A"),
      await of("https://www.shop.example/a?b"),
      await of("https://blog.shop.example/a"),
      await of("https://www.shop.example:8443/a"),
      await of(null),
      await of("https://www.shop.example/"),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((text) => /^[\da-f]{32}$/.test(text))).toBe(true);
  });
});

describe("the twins of a site", () => {
  it.each([
    ["https://www.shop.example/a", ["https://shop.example", "https://www.shop.example", "http://shop.example", "http://www.shop.example"]],
    ["http://shop.example:8080/", ["https://shop.example:8080", "https://www.shop.example:8080", "http://shop.example:8080", "http://www.shop.example:8080"]],
    ["http://localhost:3000/", ["https://localhost:3000", "http://localhost:3000"]],
    ["mailto:a@b", []],
  ])("of %s are %j", (address, twins) => {
    expect(twinsOf(address)).toEqual(twins);
  });
});
